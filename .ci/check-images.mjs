// Checks both Dockerfiles without a container engine: what .dockerignore lets through is the context, every COPY from it is replayed in an empty folder, and the
// .NET commands of the build stage run there. So a file that the build needs and the context lacks fails here as it would in `docker build`.
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { execFileSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const version = readFileSync(join(root, 'Directory.Build.props'), 'utf8').match(/<Version>([^<]+)/)[1];

// The last pattern that matches decides; ** is any number of folders, * anything within one.
const toRegex = pattern => new RegExp(`^${pattern.replace(/[.+^${}()|[\]\\]/g, '\\$&').replaceAll('**/', '\u0001').replaceAll('*', '[^/]*').replaceAll('\u0001', '(?:.*/)?')}(?:/.*)?$`);
const rules = readFileSync(join(root, '.dockerignore'), 'utf8').split('\n').map(l => l.trim()).filter(l => l && !l.startsWith('#'))
  .map(l => ({ keep: l.startsWith('!'), regex: toRegex(l.replace(/^!/, '')) }));
const isInContext = path => rules.reduce((kept, rule) => rule.regex.test(path) ? rule.keep : kept, true);

function copy(source, target) {
  if (statSync(join(root, source)).isFile()) {
    if (!isInContext(source)) return 0;
    cpSync(join(root, source), target);
    return 1;
  }
  return readdirSync(join(root, source)).reduce((sum, name) => sum + copy(join(source, name), join(target, name)), 0);
}

for (const [file, image] of [['Dockerfile', 'ner-service'], ['deploy/worker.Dockerfile', 'ner-worker']]) {
  const text = readFileSync(join(root, file), 'utf8');
  if (!text.includes(`docker build -t ${image}:${version} `)) throw new Error(`${file} does not say how to build ${image}:${version}.`);
  const stage = mkdtempSync(join(tmpdir(), 'ner-image-'));
  try {
    const lines = text.replaceAll('\\\n', ' ').split('\n');
    const output = join(stage, '.app');
    for (const line of lines.slice(0, lines.findLastIndex(l => l.startsWith('FROM ')))) {
      const [instruction, ...words] = line.trim().split(/\s+/);
      if (instruction === 'COPY') {
        const target = words.pop();
        for (const source of words) {
          const into = target.endsWith('/') ? join(stage, target, source.split('/').pop()) : join(stage, target);
          mkdirSync(dirname(into), { recursive: true });
          if (!existsSync(join(root, source)) || copy(source, into) === 0) throw new Error(`${file}: "${line}" copies nothing: the context lacks ${source}.`);
        }
      }
      // Of another machine than this one's processor the build would fetch more, and say no more.
      if (instruction === 'RUN' && words[0] === 'dotnet') execFileSync('dotnet', words.slice(1).join(' ').replace(/ -a \$TARGETARCH/, '').replace('-o /app', `-o ${output}`).split(' '), { cwd: stage, stdio: ['ignore', 'inherit', 'inherit'] });
    }
    console.log(`${file}: builds ${relative(stage, output)} with ${readdirSync(output).length} entries`);
  } finally {
    rmSync(stage, { recursive: true, force: true });
  }
}
