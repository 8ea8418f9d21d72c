"""Embed many texts in batches, and keep their vectors with their ids."""

from pinecone_inference import DenseEmbedding, EmbeddingsList, Pinecone

texts = {f"doc{number}": f"Apple number {number} is ripe." for number in range(200)}


def records(
    ids: list[str], result: EmbeddingsList[DenseEmbedding]
) -> list[tuple[str, list[float]]]:
    return [(id_, embedding.values) for id_, embedding in zip(ids, result, strict=True)]


with Pinecone() as pc:
    size = pc.inference.get_model("multilingual-e5-large").max_batch_size or 1
    made: list[tuple[str, list[float]]] = []
    for start in range(0, len(texts), size):
        ids = list(texts)[start : start + size]
        result = pc.inference.embed(
            model="multilingual-e5-large",
            inputs=[texts[id_] for id_ in ids],
            parameters={"input_type": "passage", "truncate": "END"},
        )
        if not made:
            print(result)
        made += records(ids, result)
    print(len(made), made[-1][0], len(made[-1][1]))
