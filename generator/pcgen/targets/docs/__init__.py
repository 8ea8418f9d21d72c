"""The docs target: the references of languages to pages in Markdown.

`pages` makes the views of a method's, a resource's and a model's page, `indexes` those of the lists
of them. `links` knows the path of each page, `samples` writes programs without a client.
"""
