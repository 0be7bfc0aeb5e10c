/**
 * The walls of the design: which part of src may import what, and which names it must not know.
 * `violations` reads one file; it needs no disk, so that a test can show it bad files.
 */
import { dirname, join } from 'node:path/posix';
import ts from 'typescript';

interface Wall {
  /** Folders of src that the part may import besides itself. */
  parts: string[];
  /** Packages that it may import; a trailing slash stands for everything below. */
  packages: string[];
  /** Globals that it must not know. */
  unknown: string[];
}

const clock = ['Date', 'performance'];
const dom = ['document', 'window'];
const workers = ['Worker', 'SharedWorker'];
const svelte = ['svelte', 'svelte/', '$app/'];

/** The command line, a page without a page. */
const headless: Wall = {
  parts: ['lib/run', 'lib/engine'],
  packages: ['node:', 'webgpu'],
  unknown: dom
};

/** The first entry whose folder holds the file counts, so inner folders come first. */
const walls: Record<string, Wall> = {
  'lib/engine': {
    parts: [],
    packages: [],
    unknown: [...clock, ...dom, ...workers, 'postMessage', 'Math.random']
  },
  'lib/run': {
    parts: ['lib/engine'],
    packages: ['chess.js', '@noble/'],
    unknown: dom
  },
  'lib/state': { parts: ['lib/run'], packages: [...svelte, 'idb-keyval'], unknown: [] },
  'lib/views/constellation': {
    parts: ['lib/state', 'lib/run', 'lib/engine/ops', 'lib/views'],
    packages: [...svelte, 'three', 'three/'],
    unknown: workers
  },
  'lib/views/charts': {
    parts: ['lib/state', 'lib/run', 'lib/engine/ops', 'lib/views'],
    packages: [...svelte, 'layercake'],
    unknown: workers
  },
  'lib/views': {
    parts: ['lib/state', 'lib/run', 'lib/engine/ops'],
    packages: svelte,
    unknown: workers
  },
  routes: {
    parts: ['lib/views', 'lib/state', 'lib/run', 'lib/engine/ops'],
    packages: [...svelte, '@fontsource-variable/'],
    unknown: workers
  },
  'cli.ts': { parts: ['cli', ...headless.parts], packages: headless.packages, unknown: dom },
  cli: headless,
  'app.d.ts': { parts: [], packages: [], unknown: [] }
};

/** What lies outside src and is text, not code. */
const texts = ['../package.json', '../packs'];

/** The GPU engine, and the places that hand it the browser's or Dawn's WebGPU. */
const holdsWebGPU = [
  'lib/engine/gpu/',
  'lib/run/worker.ts',
  'lib/run/operationChecksWorker.ts',
  'lib/run/checks/taskWorker.ts',
  'lib/run/speed/speedWorker.ts',
  'lib/state/adapter.svelte.ts',
  'cli'
];
const webgpuName = /^(GPU[A-Z]\w*|((self|globalThis)\.)?navigator\.gpu)$/;
const drawers = ['utils', 'util', 'helpers', 'common', 'shared', 'misc'];

/** What is wrong with one source file; `path` is relative to src. */
export function violations(path: string, source: string): string[] {
  const home = Object.keys(walls).find(
    (folder) => path === folder || path.startsWith(`${folder}/`)
  );
  if (!home) return [`${path}: needs a place in the layout, got a part without a wall`];
  const file = ts.createSourceFile(path, script(path, source), ts.ScriptTarget.Latest, true);
  return [
    ...misplaced(path),
    ...importsOf(file).flatMap((target) => forbiddenImport(path, home, target) ?? []),
    ...forbiddenNames(path, home, file)
  ].map((what) => `${path}: ${what}`);
}

/** The TypeScript of a file: of a component, what its script elements hold. */
function script(path: string, source: string): string {
  if (!path.endsWith('.svelte')) return source;
  return [...source.matchAll(/<script[^>]*>([^]*?)<\/script>/g)].map(([, code]) => code).join('\n');
}

function misplaced(path: string): string[] {
  const folders = dirname(path).split('/');
  const drawer = folders.find((folder) => drawers.includes(folder));
  const isBarrel =
    /(^|\/)index\.(svelte\.)?[jt]s$/.test(path) && path !== 'lib/engine/ops/index.ts';
  const isComponent = path.endsWith('.svelte') && !/^(routes|lib\/views)\//.test(path);
  return [
    ...(drawer ? [`a folder named ${drawer}`] : []),
    ...(isBarrel ? ['a barrel file'] : []),
    ...(isComponent ? ['a component outside views and routes'] : [])
  ];
}

/** Everything that a file imports: import, export … from, import(), import types, new URL(…, import.meta.url). */
function importsOf(file: ts.SourceFile): string[] {
  const found: string[] = [];
  const visit = (node: ts.Node) => {
    const target = importTarget(node);
    if (target && ts.isStringLiteralLike(target)) found.push(target.text.replace(/[?#].*$/, ''));
    ts.forEachChild(node, visit);
  };
  visit(file);
  return found;
}

function importTarget(node: ts.Node): ts.Node | undefined {
  if (ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) return node.moduleSpecifier;
  if (ts.isImportTypeNode(node)) {
    return ts.isLiteralTypeNode(node.argument) ? node.argument.literal : undefined;
  }
  if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword) {
    return node.arguments[0];
  }
  const isUrl = ts.isNewExpression(node) && node.expression.getText() === 'URL';
  const isOwn = isUrl && node.arguments?.[1]?.getText() === 'import.meta.url';
  return isOwn ? node.arguments[0] : undefined;
}

function forbiddenImport(path: string, home: string, target: string): string | undefined {
  const isOurs = target.startsWith('.') || target === '$lib' || target.startsWith('$lib/');
  const wall = walls[home];
  if (!isOurs) {
    const isAllowed = wall.packages.some((name) =>
      /[/:]$/.test(name) ? target.startsWith(name) : target === name
    );
    return isAllowed ? undefined : `imports the package ${target}`;
  }
  const place = target.startsWith('.')
    ? join(dirname(path), target)
    : target.replace('$lib', 'lib');
  const allowed = [home, ...wall.parts, ...texts];
  const isInside = allowed.some((part) => place === part || place.startsWith(`${part}/`));
  return isInside ? undefined : `imports ${place}`;
}

function forbiddenNames(path: string, home: string, file: ts.SourceFile): string[] {
  const declared = declaredNames(file);
  const mayUseWebGPU = holdsWebGPU.some((place) => path.startsWith(place));
  const found = new Set<string>();
  const visit = (node: ts.Node) => {
    const name = globalName(node);
    if (name && !declared.has(name) && walls[home].unknown.includes(name)) found.add(name);
    if (name && !mayUseWebGPU && webgpuName.test(name)) found.add(name);
    ts.forEachChild(node, visit);
  };
  visit(file);
  return [...found].map((name) => `knows ${name}`);
}

/** `Math.random` for such a property access; the name of an identifier that is not itself a property. */
function globalName(node: ts.Node): string | undefined {
  if (ts.isPropertyAccessExpression(node)) return node.getText().replaceAll('?', '');
  if (!ts.isIdentifier(node)) return undefined;
  const { parent } = node;
  const isProperty =
    (ts.isPropertyAccessExpression(parent) && parent.name === node) ||
    (ts.isPropertyAssignment(parent) && parent.name === node) ||
    ts.isPropertySignature(parent) ||
    ts.isPropertyDeclaration(parent);
  return isProperty ? undefined : node.text;
}

/** Names that the file gives to things of its own: a `document` may well be a line of a corpus. */
function declaredNames(file: ts.SourceFile): Set<string> {
  const names = new Set<string>();
  const visit = (node: ts.Node) => {
    const isDeclaration =
      ts.isVariableDeclaration(node) ||
      ts.isParameter(node) ||
      ts.isBindingElement(node) ||
      ts.isImportSpecifier(node) ||
      ts.isFunctionDeclaration(node);
    if (isDeclaration && node.name && ts.isIdentifier(node.name)) names.add(node.name.text);
    ts.forEachChild(node, visit);
  };
  visit(file);
  return names;
}
