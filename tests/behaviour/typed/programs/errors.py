"""Handle the errors of a wrong key, of an unknown model, and of too many requests."""

from pinecone_inference import (
    APIConnectionError,
    APIStatusError,
    AuthenticationError,
    ErrorResponse,
    NotFoundError,
    Pinecone,
    RateLimitError,
)


def explain(error: APIStatusError) -> str:
    details = error.body.error.message if isinstance(error.body, ErrorResponse) else "?"
    return f"{error.status_code} {error.code} {error.request_id}: {details}"


with Pinecone(max_retries=0) as pc:
    try:
        with Pinecone(api_key="wrong") as stranger:
            stranger.inference.list_models()
    except AuthenticationError as error:
        print(explain(error))
    try:
        pc.inference.get_model("multilingual-e5-tiny")
    except NotFoundError as error:
        print(explain(error))
        print(repr(error))
    try:
        pc.inference.embed(model="llama-text-embed-v2", inputs="Too fast?")
    except RateLimitError as error:
        print(explain(error), error.headers["Retry-After"])
        print(error)
    try:
        Pinecone(base_url="http://127.0.0.1:9", max_retries=0).inference.list_models()
    except APIConnectionError as error:
        print(type(error).__name__, error.message.partition(":")[0])
