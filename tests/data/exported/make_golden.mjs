// Writes golden.json: the ids that the reference implementation (npm: @huggingface/tokenizers) gives the words and lines of golden-texts.json with the
// vocabularies that make_models.py made, cased and in small letters without accents, and with the Unigram model. See make_models.py.
import { readFileSync, writeFileSync } from "node:fs";
import { Tokenizer } from "@huggingface/tokenizers";

const here = new URL(".", import.meta.url);
const read = (name) => readFileSync(new URL(name, here), "utf8");
const texts = JSON.parse(read("golden-texts.json"));

const cased = () => {
  const json = JSON.parse(read("wordpiece-iobes/tokenizer.json"));
  const pieces = read("wordpiece-iob2/vocab.txt").split("\n").slice(0, -1);
  json.model.vocab = Object.fromEntries(pieces.map((piece, id) => [piece, id]));
  json.normalizer.lowercase = false;
  return json;
};
// A real vocabulary: see bert-base-uncased/README.md.
const published = () => {
  const json = JSON.parse(read("wordpiece-iobes/tokenizer.json"));
  json.model.vocab = Object.fromEntries(read("bert-base-uncased/vocab.txt").split("\n").slice(0, -1).map((piece, id) => [piece, id]));
  json.added_tokens = [];
  return json;
};
const tokenizers = {
  "wordpiece-iob2": cased(),
  "wordpiece-iobes": JSON.parse(read("wordpiece-iobes/tokenizer.json")),
  "bert-base-uncased": published(),
  "unigram-labels": JSON.parse(read("unigram-labels/tokenizer.json")),
};
const golden = {};
for (const [name, json] of Object.entries(tokenizers)) {
  const tokenizer = new Tokenizer(json, {});
  const ids = (text) => tokenizer.encode(text, { add_special_tokens: false }).ids;
  golden[name] = { words: texts.words.map(ids), lines: texts.lines.map(ids) };
}
writeFileSync(new URL("golden.json", here), JSON.stringify(golden) + "\n");
