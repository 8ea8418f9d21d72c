"""Rerank documents that are dicts."""

from pinecone_inference import Pinecone

documents = [
    {"id": "vec1", "text": "A ripe apple is crunchy, juicy and mildly sweet."},
    {"id": "vec2", "text": "Children often take a sliced apple to school for the morning break."},
    {"id": "vec3", "text": "Apple designs phones, laptops and watches that millions carry."},
]
with Pinecone() as pc:
    result = pc.inference.rerank(
        model="bge-reranker-v2-m3",
        query="Which Apple made the first iPhone?",
        documents=documents,
        top_n=2,
        parameters={"truncate": "END"},
    )
    for hit in result:
        document = hit.document or {}
        print(f"{hit.score:.3f}  {document['id']}  {document['text']}")
    print(result)
