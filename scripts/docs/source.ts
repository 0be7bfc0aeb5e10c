import { readFileSync } from 'node:fs';
import ts from 'typescript';

/** A source file, parsed and not run: where documentation takes its words from. */
export class Source {
  readonly #file: ts.SourceFile;

  /** @param path from the root of the repository */
  constructor(path: string) {
    const text = readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');
    this.#file = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true);
  }

  /** The first node of that kind that a test holds for; throws if there is none. */
  find<T extends ts.Node>(
    is: (node: ts.Node) => node is T,
    holds: (node: T) => boolean = () => true,
    within: ts.Node = this.#file
  ): T {
    const search = (node: ts.Node): T | undefined =>
      is(node) && holds(node) ? node : ts.forEachChild(node, search);
    const found = search(within);
    if (!found) throw new Error(`docs: needs a node of ${this.#file.fileName}, got none`);
    return found;
  }

  /** Interfaces that are exported, in order. */
  interfaces(): ts.InterfaceDeclaration[] {
    return this.#file.statements
      .filter(ts.isInterfaceDeclaration)
      .filter(({ modifiers }) =>
        modifiers?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword)
      );
  }

  /** A union's members, each with the doc comment before its bar. */
  union(name: string): { member: ts.TypeLiteralNode; comment: string }[] {
    const alias = this.find(ts.isTypeAliasDeclaration, (node) => node.name.text === name);
    const { types, pos } = alias.type as ts.UnionTypeNode;
    return types.filter(ts.isTypeLiteralNode).map((member, i) => ({
      member,
      comment: this.#commentAt(i > 0 ? types[i - 1].end : pos)
    }));
  }

  /** The doc comment before a node, without its stars; empty if there is none. */
  comment(node: ts.Node): string {
    return this.#commentAt(node.getFullStart());
  }

  #commentAt(position: number): string {
    const text = this.#file.text;
    const ranges = ts.getLeadingCommentRanges(text, position) ?? [];
    const last = ranges.at(-1);
    if (!last || !text.startsWith('/**', last.pos)) return '';
    return text
      .slice(last.pos + 3, last.end - 2)
      .split('\n')
      .map((line) => line.replace(/^\s*\* ?/, '').trimEnd())
      .join('\n')
      .trim();
  }
}

/** A node's own text, its lines moved left as far as they go together. */
export function dedented(node: ts.Node): string {
  const [first, ...rest] = node.getText().split('\n');
  const indents = rest.filter((line) => line.trim() !== '').map((line) => line.search(/\S/));
  const indent = Math.min(...indents);
  return [first, ...rest.map((line) => line.slice(indent))].join('\n');
}
