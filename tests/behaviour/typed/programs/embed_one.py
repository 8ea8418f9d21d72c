"""Embed one text."""

from pinecone_inference import Pinecone

pc = Pinecone()
result = pc.inference.embed(
    model="multilingual-e5-large",
    inputs="Orchards pick their first apples in late August.",
    parameters={"input_type": "passage"},
)
print(result[0].values)
print(result.usage.total_tokens)
