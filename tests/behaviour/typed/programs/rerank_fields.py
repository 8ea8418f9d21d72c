"""Rerank by another field, and find the documents by their index."""

from typing import TypedDict

from pinecone_inference import Pinecone, RankedDocument


class Article(TypedDict):
    title: str
    body: str


articles: list[Article] = [
    {"title": "Fruit", "body": "A ripe apple is crunchy, juicy and mildly sweet."},
    {"title": "Phones", "body": "Apple designs phones, laptops and watches."},
]
with Pinecone() as pc:
    result = pc.inference.rerank(
        model="bge-reranker-v2-m3",
        query="Which Apple made the first iPhone?",
        documents=articles,
        rank_fields=["body"],
        return_documents=False,
    )
    best: RankedDocument = max(result, key=lambda hit: hit.score)
    print(articles[best.index]["title"], best.document)
    print(best)
