"""Print results, pickle them, and turn them into JSON and back."""

import json
import pickle

from pinecone_inference import ModelInfo, ModelInfoList, Pinecone, RerankResult

with Pinecone() as pc:
    models = pc.inference.list_models()
    print(models)
    print(models[0])
    assert pickle.loads(pickle.dumps(models)) == models
    again = ModelInfoList.from_json(models.to_json())
    assert again == models
    print(json.dumps(models[3].to_dict(), indent=2))
    print(ModelInfo.from_dict({**models[3].to_dict(), "type": "of next year"}).type)
    result: RerankResult = pc.inference.rerank(
        model="bge-reranker-v2-m3", query="apple", documents=["A phone.", "A fruit."]
    )
    print(result.to_json(indent=2))
    print(result.replace(data=result[:1]))
    print(models[0]["model"], "vector_type" in models[3], models["models"] == models.models)
