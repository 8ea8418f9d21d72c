"""Choose timeouts, retries, headers and a HTTP client of one's own."""

import os

import httpx2
from pinecone_inference import ConfigurationError, Pinecone, Timeout

with Pinecone(
    api_key=lambda: os.environ["PINECONE_API_KEY"],
    base_url=os.environ["PINECONE_CONTROLLER_HOST"],
    timeout=Timeout(connect=2, read=20),
    max_retries=4,
    default_headers={"X-Team": "search"},
) as pc:
    print(len(pc.inference.list_models(timeout=5, max_retries=0)))
    patient = pc.with_options(timeout=None, max_retries=10)
    raw = patient.inference.with_raw_response.get_model("bge-reranker-v2-m3")
    print(raw.status_code, raw.headers["content-type"], raw.parse().model)

with httpx2.Client(trust_env=False) as http_client, Pinecone(http_client=http_client) as pc:
    print(len(pc.inference.list_models(extra_query={"page": 1})))
try:
    Pinecone(timeout=0)
except ConfigurationError as error:
    print(error)
