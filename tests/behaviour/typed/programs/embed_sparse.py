"""Embed a text with a sparse model, and one with a model that is known only at run time."""

import os

from pinecone_inference import DenseEmbedding, Pinecone

with Pinecone() as pc:
    result = pc.inference.embed(
        model="pinecone-sparse-english-v0",
        inputs=[{"text": "Cider makers blend sweet and bitter apples."}],
        parameters={"input_type": "passage", "return_tokens": True},
    )
    embedding = result[0]
    for token, weight in zip(embedding.sparse_tokens or [], embedding.sparse_values, strict=True):
        print(f"{token:<8}{weight:.3f}")

    chosen = os.environ.get("EMBED_MODEL", "llama-text-embed-v2")
    for item in pc.inference.embed(model=chosen, inputs=["a", "b"]):
        if isinstance(item, DenseEmbedding):
            print("dense", item.values[:2])
        else:
            print("sparse", item.sparse_indices[:2])
