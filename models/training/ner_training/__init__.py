"""The recipe that made the model: from corpora and a pretrained encoder to the folder that the service loads."""
