// Writes what the reference implementation (npm: tokenizers, the one that Hugging Face publishes) makes of words and lines, without marks:
//   golden.json        ids of golden-texts.json with the vocabularies that make_models.py made, and with a published one
//   golden-kinds.json  ids of the words of kinds.json, and ids and offsets (in code points) of its lines, for every kind of tokenizer.json there
import { readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";

const { Tokenizer } = createRequire(import.meta.url)("tokenizers");
const here = new URL(".", import.meta.url);
const read = (name) => readFileSync(new URL(name, here), "utf8");
const json = (name) => JSON.parse(read(name));
const vocabulary = (name) => Object.fromEntries(read(name).split("\n").slice(0, -1).map((piece, id) => [piece, id]));

const wordpiece = (vocab, lowercase) => {
  const file = json("wordpiece-iobes/tokenizer.json");
  file.model.vocab = vocab;
  file.added_tokens = [];
  file.normalizer.lowercase = lowercase;
  return file;
};
const bases = {
  wordpiece: () => wordpiece(vocabulary("wordpiece-iob2/vocab.txt"), false),
  unigram: () => json("unigram-labels/tokenizer.json"),
  "byte-level": () => json("byte-level-bpe.json"),
};

const kinds = json("kinds.json");
const fileOf = ({ base, set = {}, model = {}, head, tail = [] }) => {
  const file = Object.assign(bases[base](), JSON.parse(JSON.stringify(set).replace('"RULES"', JSON.stringify(kinds.rules))));
  for (const [name, value] of Object.entries(model)) value === null ? delete file.model[name] : (file.model[name] = value);
  if (head) {
    head.forEach((piece, id) => (file.model.vocab[id][0] = piece));
    file.added_tokens.forEach((token) => (token.content = head[token.id]));
  }
  if (tail.length) file.model.vocab.push(...tail);
  return file;
};

const encode = async (tokenizer, text) => {
  const encoding = await tokenizer.encode(text, null, { addSpecialTokens: false });
  return { ids: encoding.getIds(), offsets: encoding.getOffsets() };
};
const load = (file) => {
  // Added tokens are looked for in the text before anything else; a text that holds one by chance is no case of these tests.
  const full = { version: "1.0", truncation: null, padding: null, post_processor: null, decoder: null, ...file };
  full.added_tokens = full.added_tokens.map((token) => ({ single_word: false, lstrip: false, rstrip: false, normalized: false, ...token }));
  return Tokenizer.fromString(JSON.stringify(full));
};

const texts = json("golden-texts.json");
const golden = {};
const published = {
  "wordpiece-iob2": bases.wordpiece(),
  "wordpiece-iobes": json("wordpiece-iobes/tokenizer.json"),
  "bert-base-uncased": wordpiece(vocabulary("bert-base-uncased/vocab.txt"), true),
  "unigram-labels": bases.unigram(),
};
for (const [name, file] of Object.entries(published)) {
  const tokenizer = load(file);
  const ids = async (list) => Promise.all(list.map(async (text) => (await encode(tokenizer, text)).ids));
  golden[name] = { words: await ids(texts.words), lines: await ids(texts.lines) };
}
writeFileSync(new URL("golden.json", here), JSON.stringify(golden) + "\n");

const ofKinds = [];
for (const [name, kind] of Object.entries(kinds.kinds)) {
  const tokenizer = load(fileOf(kind));
  const words = await Promise.all(kinds.words.map(async (word) => (await encode(tokenizer, word)).ids));
  const lines = await Promise.all(kinds.lines.map((line) => encode(tokenizer, line)));
  ofKinds.push(`${JSON.stringify(name)}: ${JSON.stringify({ words, lines })}`);
}
writeFileSync(new URL("golden-kinds.json", here), `{\n${ofKinds.join(",\n")}\n}\n`);
