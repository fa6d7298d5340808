// Is what a person must download still small? Reads what the build made, prints the gzipped sizes, fails when over.
import { existsSync, readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';

// First open: until the menu can be used. Conversation: all that a visit downloads to its end.
const LIMITS = { loader: 2, 'first open': 25, conversation: 36, console: 80 };
// The rendered page carries the topics and telephone lines on top of its template.
const RENDERED_DATA = 1_800;
const SHELL = new URL('../chat/templates/chat/seeker_shell.html', import.meta.url);

const manifest = JSON.parse(readFileSync('dist/manifest.json', 'utf8'));
const gzipped = path => gzipSync(readFileSync(path), { level: 9 }).length;

function filesOf(key, seen = new Set()) {
  const chunk = manifest[key];
  if (!chunk) return seen;
  for (const file of [chunk.file, ...(chunk.css ?? [])]) seen.add(`dist/${file}`);
  for (const imported of chunk.imports ?? []) filesOf(imported, seen);
  return seen;
}
const weigh = keys =>
  [...new Set(keys.flatMap(key => [...filesOf(key)]))].reduce((sum, path) => sum + gzipped(path), 0);

const dynamic = key => manifest[key]?.dynamicImports ?? [];
const WORDS = dynamic('widget/main.tsx').filter(key => key.startsWith('widget/words/'));
const heaviest = keys => Math.max(...WORDS.map(words => weigh([...keys, words])));
const FRONT = 'widget/main.tsx';
const shell = existsSync(SHELL) ? gzipped(SHELL) + RENDERED_DATA : RENDERED_DATA;

const sizes = {
  loader: gzipped('dist/embed/v1.js'),
  'first open': heaviest([FRONT]) + shell,
  conversation: heaviest([FRONT, 'widget/parts.ts']) + shell,
};
if (manifest['console/main.tsx']) sizes.console = weigh(['console/main.tsx', ...dynamic('console/main.tsx')]);

let over = false;
for (const [name, size] of Object.entries(sizes)) {
  const limit = LIMITS[name];
  over ||= size > limit * 1_000;
  console.log(`${name.padEnd(12)} ${(size / 1_000).toFixed(1).padStart(6)} kB gzipped, limit ${limit} kB`);
}
if (over) {
  console.error('Over the limit: make it smaller, or say in docs/decisions/ why it must be larger.');
  process.exit(1);
}
