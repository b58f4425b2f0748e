"""Fine-tune one encoder with a linear head for each annotation scheme, and one for the product's guideline.

Every --data file is read under a scheme's name, which is also its head's; what follows the product's guideline is called `product`. With --gazetteer
the model reads what the lists propose at each word, and mentions are replaced by names of theirs. The result is a checkpoint; a run that was killed
goes on when the same command is given again.
"""
import json
import os
import time

import torch
import torch.nn.functional as F

from . import checkpoint, conll, resume, seen_names, windows
from .augment import Names
from .batches import IGNORED, Changes, Source, TrainingData, grouped, padded, padded_features
from .device import Device, add_options as add_device_options
from .encoder import EncoderShape, Tagger
from .errors import RecipeError
from .gazetteer import FEATURES, Gazetteer
from .labels import PRODUCT, Decoder
from .scoring import score
from .subwords import SubwordEncoder

_AVERAGED_PART, _AVERAGED_STEPS = 0.65, 5       # weights are averaged over the last 35 % of the run, every fifth step
_SMALLEST_RATE = 0.02
_LOG_STEPS = 50


def add_options(parser):
    parser.add_argument("--base", required=True, help="checkpoint or model folder to start from")
    parser.add_argument("--data", action="append", required=True, metavar="SCHEME=PATH[,PATH][*SHARE]",
                        help="share: the part of it that an epoch sees (default 1)")
    parser.add_argument("--dev", action="append", default=[], metavar="SCHEME=PATH", help="scored by that scheme's head as training goes on")
    parser.add_argument("--gazetteer", metavar="FOLDER", help="lists of names that the model reads, and that mentions are replaced from")
    parser.add_argument("--out", required=True)
    parser.add_argument("--epochs", type=float, default=4)
    parser.add_argument("--minutes", type=float, help="end by then, the learning rate following whichever limit is nearer")
    parser.add_argument("--learning-rate", type=float, default=1.2e-4, help="of the last layer")
    parser.add_argument("--layer-decay", type=float, default=0.92, help="each layer's rate as a part of the rate of the layer after it")
    parser.add_argument("--head-learning-rate", type=float, default=5e-4)
    parser.add_argument("--feature-learning-rate", type=float, default=5e-3, help="of the vectors of the gazetteer's features")
    parser.add_argument("--own-weight", type=float, default=0.5, help="what other schemes count beside the product's")
    parser.add_argument("--warm-up-steps", type=int, default=100)
    parser.add_argument("--window", type=int, default=180, help="subwords in a training window")
    parser.add_argument("--batch-tokens", type=int, default=2048)
    parser.add_argument("--dropout", type=float, default=0.1)
    parser.add_argument("--word-dropout", type=float, default=0.05)
    parser.add_argument("--swap", type=float, default=0.15, help="probability that a mention is replaced")
    parser.add_argument("--careless", type=float, default=0.15, help="probability that a window is spelt carelessly")
    parser.add_argument("--no-features", type=float, default=0.15, help="probability that a window is told nothing of the gazetteer")
    parser.add_argument("--match-dropout", type=float, default=0.1, help="probability that a match of the gazetteer is hidden")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--save-steps", type=int, default=200, help="how much a kill can cost")
    parser.add_argument("--evaluate-epochs", type=int, default=2)
    add_device_options(parser)


# Options that may differ when a killed run is continued; all others must be as they were.
_FREE = {"out", "device", "precision", "threads", "save_steps", "evaluate_epochs", "dev"}


def run(options):
    if os.path.exists(os.path.join(options.out, checkpoint.WEIGHTS)):
        raise RecipeError(f"{options.out} already holds a finished checkpoint: choose another --out or remove it")
    device = Device(options)
    base = checkpoint.load(options.base, resume.numpy_random(options.seed))
    encode = SubwordEncoder(base.tokenizer)
    data = TrainingData([Source.parse(text) for text in options.data], encode, Names(options.gazetteer), options.window, options.batch_tokens)
    data.use_heads(base.heads)
    os.makedirs(options.out, exist_ok=True)
    data.gazetteer, names_file = _gazetteer(options, base, data)
    features = list(FEATURES) if data.gazetteer else base.features
    model = _start(base, data.heads, features, options)
    print(f"{device}; windows {data.counts()}; heads " + ", ".join(f"{scheme} {len(labels)}" for scheme, labels in data.heads.items()), flush=True)
    dropped = sorted(set(base.heads) - set(data.heads))
    if dropped:
        print(f"the base's heads without data are dropped, as the encoder moves away from them: {', '.join(dropped)}", flush=True)

    devs = DevSets(options.dev, data.heads, encode, options.window, data.gazetteer)
    trainer = Trainer(model.to(device.name), data, device, options, devs)
    scores = trainer.run()
    weights = {name: value.detach().float().cpu().numpy() for name, value in model.state_dict().items()}
    with open(os.path.join(options.out, "scores.json"), "w", encoding="utf-8") as file:
        json.dump(scores, file, indent=2)
    checkpoint.save(options.out, checkpoint.Checkpoint(base.shape, data.heads, weights, base.tokenizer, features, names_file))
    resume.finish(options.out)
    print(f"written: {options.out}", flush=True)


def _gazetteer(options, base, data):
    """(what the model is told of or None, file of the seen names or None). A base's own seen names stay: it learnt what they mean."""
    if not options.gazetteer:
        return None, base.seen_names
    gazetteer = Gazetteer.read(options.gazetteer, base.seen_names)
    if base.seen_names:
        return gazetteer, base.seen_names
    seen = seen_names.count(data.windows(PRODUCT), gazetteer)
    for surface, kind, passages in seen:
        gazetteer.add_seen(surface, kind, passages)
    path = os.path.join(options.out, checkpoint.SEEN_NAMES)
    seen_names.write(path, seen)
    return gazetteer, path


def read_gazetteer(folder, source):
    """The lists as a trained checkpoint reads them; None where it reads none, or none are given."""
    return Gazetteer.read(folder, source.seen_names) if folder and source.features else None


def _start(base, heads, features, options):
    torch.manual_seed(options.seed)             # new heads begin at random
    if options.window > base.shape["max_positions"] // 1.25 - 2:
        raise RecipeError(f"--window {options.window}: the encoder has {base.shape['max_positions']} positions, and a window may grow by a quarter")
    model = Tagger(EncoderShape(**base.shape), heads, len(features), options.dropout)
    kept = {scheme for scheme in heads if base.heads.get(scheme) == heads[scheme]}
    weights = {name: torch.from_numpy(array) for name, array in base.weights.items()
               if name.startswith("encoder.") or name.split(".")[1] in kept}
    missing, unexpected = model.load_state_dict(weights, strict=False)
    if unexpected or any(name.startswith("encoder.") for name in set(missing) - {"encoder.gazetteer"}):
        raise RecipeError(f"{options.base} does not fit the encoder: missing {missing}, unexpected {unexpected}")
    with torch.no_grad():
        for scheme in set(heads) - kept:
            _inherit_labels(model.heads[scheme], heads[scheme], base)
    return model


def _inherit_labels(head, labels, base):
    """A new head begins with what the base's product head knows of its labels: a few sentences of one's own are then enough."""
    known = base.heads.get(PRODUCT, [])
    for row, label in enumerate(labels):
        if label in known:
            head.weight[row] = torch.from_numpy(base.weights[f"heads.{PRODUCT}.weight"][known.index(label)])
            head.bias[row] = float(base.weights[f"heads.{PRODUCT}.bias"][known.index(label)])


class Trainer:
    def __init__(self, model, data, device, options, devs):
        self.model, self.data, self.device, self.options, self.devs = model, data, device, options, devs
        self.optimizer = torch.optim.AdamW(self._parameter_groups(), betas=(0.9, 0.98), eps=1e-6)
        self.rates = [group["lr"] for group in self.optimizer.param_groups]
        self.step, self.epoch, self.spent_seconds, self.running_loss = 0, 0, 0.0, 0.0
        self.average, self.averaged = None, 0
        self.log_path = os.path.join(options.out, "log.jsonl")

    def run(self):
        """Train to the end; the model then holds the averaged weights, and their dev scores are returned."""
        settings = {name: value for name, value in vars(self.options).items() if name not in _FREE}
        position = self._continue(resume.load(self.options.out, settings, self.device.name))
        batches = self._batches(self.epoch)
        # Lengths change with every augmentation, so epochs differ by a batch or two: the first one stands for all.
        total_steps = max(1, int((len(batches) if self.epoch == 0 else len(self._batches(0))) * self.options.epochs))
        self.started = time.monotonic()
        self.model.train()
        while self._done(total_steps) < 1:
            for batch in batches[position:]:
                done = self._done(total_steps)
                if done >= 1:
                    break
                self._train_on(batch, done, total_steps)
                position += 1
                if self.step % self.options.save_steps == 0:
                    resume.save(self.options.out, self._state(position), settings)
            else:
                self.epoch, position = self.epoch + 1, 0
                batches = self._batches(self.epoch)
                if self.epoch % self.options.evaluate_epochs == 0 and self._done(total_steps) < 0.9:
                    self._evaluate(f"epoch {self.epoch}")
        scores = self._evaluate("last")
        if self.average is not None:
            self.model.load_state_dict(self.average)
            scores = self._evaluate("average")
        return scores

    def _batches(self, epoch):
        options = self.options
        changes = Changes(options.swap, options.careless, options.word_dropout, options.no_features, options.match_dropout)
        return self.data.epoch(resume.python_random(options.seed, epoch), changes)

    def _done(self, total_steps):
        by_steps = self.step / total_steps
        if not self.options.minutes:
            return by_steps
        return max(by_steps, (self.spent_seconds + time.monotonic() - self.started) / 60 / self.options.minutes)

    def _train_on(self, batch, done, total_steps):
        warm_up = min(self.options.warm_up_steps, max(1, total_steps // 10))
        factor = min(1, (self.step + 1) / warm_up) * max(_SMALLEST_RATE, 1 - done)
        for group, rate in zip(self.optimizer.param_groups, self.rates):
            group["lr"] = rate * factor
        resume.seed_everything(self.options.seed, self.step)
        batch = batch.to(self.device.name)
        with self.device.autocast():
            logits = self.model(batch.ids, batch.mask, batch.features, batch.scheme)
        self.step += 1
        if (batch.targets != IGNORED).any():    # a batch of words that nobody judged teaches nothing
            weight = 1.0 if batch.scheme == PRODUCT or PRODUCT not in self.data.heads else self.options.own_weight
            loss = weight * F.cross_entropy(logits.float().flatten(0, 1), batch.targets.flatten(), ignore_index=IGNORED)
            # None, not zero: the optimizer must not move the heads that this batch says nothing about.
            self.optimizer.zero_grad(set_to_none=True)
            loss.backward()
            torch.nn.utils.clip_grad_norm_(self.model.parameters(), 1.0)
            self.optimizer.step()
            self.running_loss = 0.98 * self.running_loss + 0.02 * loss.item()
        if done > _AVERAGED_PART and self.step % _AVERAGED_STEPS == 0:
            self._add_to_average()
        if self.step % _LOG_STEPS == 0 or self.step == 1:
            self._log({"step": self.step, "done": round(done, 3), "loss": round(self.running_loss / (1 - 0.98 ** self.step), 4)})

    def _add_to_average(self):
        self.averaged += 1
        current = {name: value.detach().float() for name, value in self.model.state_dict().items()}
        if self.average is None:
            self.average = {name: value.clone() for name, value in current.items()}
        else:
            self.average = {name: mean + (current[name] - mean) / self.averaged for name, mean in self.average.items()}

    def _state(self, position):
        return {"step": self.step, "epoch": self.epoch, "position": position, "running_loss": self.running_loss,
                "spent_seconds": self.spent_seconds + time.monotonic() - self.started, "average": self.average, "averaged": self.averaged,
                "model": self.model.state_dict(), "optimizer": self.optimizer.state_dict()}

    def _continue(self, state):
        """Returns the place in the epoch."""
        if state is None:
            return 0
        self.model.load_state_dict(state["model"])
        self.optimizer.load_state_dict(state["optimizer"])
        self.step, self.epoch, self.running_loss = state["step"], state["epoch"], state["running_loss"]
        self.spent_seconds, self.average, self.averaged = state["spent_seconds"], state["average"], state["averaged"]
        print(f"continuing after step {self.step}", flush=True)
        return state["position"]

    def _evaluate(self, moment):
        scores = self.devs.score(self.model, self.device)
        for entry in scores:
            self._log({"at": moment, **entry})
        return scores

    def _log(self, entry):
        print(_readable(entry), flush=True)
        with open(self.log_path, "a", encoding="utf-8") as file:
            file.write(json.dumps(entry, ensure_ascii=False) + "\n")

    def _parameter_groups(self):
        """Weight decay for matrices only; a lower rate the farther a layer is from the heads, as it has less to learn anew."""
        groups = {}
        for name, parameter in self.model.named_parameters():
            groups.setdefault((self._rate(name), parameter.dim() > 1), []).append(parameter)
        return [{"params": parameters, "lr": rate, "weight_decay": 0.01 if decays else 0.0} for (rate, decays), parameters in groups.items()]

    def _rate(self, name):
        options, parts = self.options, name.split(".")
        if parts[0] == "heads":
            return options.head_learning_rate
        if parts[1] == "gazetteer":
            return options.feature_learning_rate
        depth = int(parts[2]) + 1 if parts[1] == "layers" else 0        # the embedding stands before the first layer
        return options.learning_rate * options.layer_decay ** (self.model.encoder.shape.layers - depth)


def _readable(entry):
    if "loss" in entry:
        return f"step {entry['step']}: {100 * entry['done']:.0f} % done, loss {entry['loss']:.4f}"
    by_type = ", ".join(f"{kind} {figures['f1']}" for kind, figures in entry["byType"].items())
    return f"{entry['at']}: head {entry['head']} on {entry['data']}: F1 {entry['f1']} ({by_type})"


class DevSets:
    """Held-out files, each scored by the head of its scheme."""

    def __init__(self, texts, heads, encode, window, gazetteer=None):
        self._encode, self._gazetteer, self._sets = encode, gazetteer, []
        for text in texts:
            scheme, _, path = text.partition("=")
            if scheme not in heads:
                raise RecipeError(f"--dev {text}: no head is called {scheme!r}; there are {', '.join(heads)}")
            packed = [part for document in conll.read_documents(path) for part in windows.pack(document, encode, window)]
            types = [label[2:] for label in heads[scheme] if label.startswith("B-")]
            self._sets.append((scheme, path, packed, types, Decoder(heads[scheme])))

    def score(self, model, device):
        result = []
        for scheme, path, packed, types, decoder in self._sets:
            predicted = [None] * len(packed)
            for numbers, firsts, logits in window_logits(model, device, scheme, [[word for word, _ in part] for part in packed], self._encode,
                                                         self._gazetteer):
                for row, number in enumerate(numbers):
                    predicted[number] = decoder.decode(logits[row, firsts[row]])
            gold = [[tag for _, tag in part] for part in packed]
            result.append({"head": scheme, "data": os.path.splitext(os.path.basename(path))[0], "unit": "window", **score(gold, predicted, types)})
        return result


def window_logits(model, device, scheme, texts, encode, gazetteer=None, batch_tokens=8192):
    """Batches of (numbers of texts, first subwords of their words, logits [texts, length, labels]); a text must fit the encoder."""
    was_training = model.training
    model.eval()
    items = []
    for number, words in enumerate(texts):
        ids, firsts = windows.flatten([encode(word) for word in words])
        items.append((ids, firsts, windows.at_firsts(gazetteer.features(words), firsts, len(ids)) if gazetteer else None, number))
    with torch.no_grad():
        for group in grouped(items, batch_tokens):
            ids, mask = padded([ids for ids, *_ in group])
            features = padded_features([features for _, _, features, _ in group], ids.shape[1])
            with device.autocast():
                logits = model(ids.to(device.name), mask.to(device.name), None if features is None else features.to(device.name), scheme)
            yield [number for *_, number in group], [firsts for _, firsts, *_ in group], logits.float().cpu().numpy()
    model.train(was_training)
