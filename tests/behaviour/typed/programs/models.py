"""List, filter and get models."""

from pinecone_inference import ModelInfo, Pinecone


def summary(model: ModelInfo) -> str:
    dimensions = ", ".join(map(str, model.supported_dimensions or []))
    return f"{model.model}: {model.vector_type or model.type} {dimensions}".rstrip()


with Pinecone() as pc:
    for model in pc.inference.list_models():
        print(summary(model))
    dense = pc.inference.list_models(type="embed", vector_type="dense")
    print([model.model for model in dense if model.default_dimension == 1024])
    chosen = pc.inference.get_model("multilingual-e5-large")
    required = [p.parameter for p in chosen.supported_parameters if p.required]
    print(chosen.max_sequence_length, required)
    print(dense)
