"""Call at the same time, with asyncio."""

import asyncio

from pinecone_inference import AsyncPinecone


async def main() -> None:
    async with AsyncPinecone() as pc:
        models, dense, sparse = await asyncio.gather(
            pc.inference.list_models(type="rerank"),
            pc.inference.embed(model="multilingual-e5-large", inputs=["a", "b"]),
            pc.inference.embed(model="pinecone-sparse-english-v0", inputs="c"),
        )
        print([model.model for model in models])
        print([len(embedding.values) for embedding in dense])
        print(sparse[0].sparse_indices)
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(pc.inference.get_model(m.model)) for m in models]
        print([task.result().provider_name for task in tasks])


asyncio.run(main())
