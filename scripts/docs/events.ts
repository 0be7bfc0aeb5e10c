import ts from 'typescript';
import { Source } from './source';

type UnionMember = ReturnType<Source['union']>[number];

/** docs/events.md: every command and event with its fields, in the words of protocol.ts. */
export function eventsPage(): string {
  const protocol = new Source('src/lib/run/protocol.ts');
  const trainer = new Source('src/lib/run/trainer.ts');
  const train = trainer.find(ts.isFunctionDeclaration, ({ name }) => name?.text === 'train');
  const head = protocol.find(ts.isInterfaceDeclaration, ({ name }) => name.text === 'EventHead');
  return [
    '# Commands and events',
    'A run takes commands and tells events, in order. The worker posts them, the command line prints them with `--json`, and a page folds them into what it shows. This page is written from the code: `npx tsx scripts/write-docs.ts`.',
    '## Order',
    quoteIndented(trainer.comment(train)),
    '## Commands',
    protocol.comment(
      protocol.find(ts.isTypeAliasDeclaration, ({ name }) => name.text === 'Command')
    ),
    ...protocol.union('Command').map((member) => section(protocol, member)),
    '## Events',
    protocol.comment(head),
    fieldTable(protocol, head),
    ...protocol.union('RunEventBody').map((member) => section(protocol, member)),
    '## Parts',
    ...protocol
      .interfaces()
      .map((part) => [
        `### \`${part.name.text}\``,
        protocol.comment(part),
        fieldTable(protocol, part)
      ])
      .flat()
  ].join('\n\n');
}

/** One member of a union: its `type` as a heading, its comment, its fields. */
function section(source: Source, { member, comment }: UnionMember): string {
  const [type, ...fields] = member.members.filter(ts.isPropertySignature);
  const heading = `### \`${type.type!.getText().slice(1, -1)}\``;
  const table = fields.length > 0 ? fieldTable(source, { members: fields }) : '';
  return [heading, comment, table].filter((part) => part !== '').join('\n\n');
}

function fieldTable(source: Source, { members }: { members: Iterable<ts.TypeElement> }): string {
  const rows = [...members].filter(ts.isPropertySignature).map((field) => {
    const name = field.name.getText() + (field.questionToken ? '?' : '');
    const type = field
      .type!.getText()
      .replace(/\breadonly /g, '')
      .replace(/\s+/g, ' ');
    const meaning = source.comment(field).replace(/\s+/g, ' ');
    return `| \`${name}\` | \`${type.replaceAll('|', '\\|')}\` | ${meaning} |`;
  });
  return ['| field | type | meaning |', '| --- | --- | --- |', ...rows].join('\n');
}

/** A doc comment as Markdown: what is set in by two blanks is code. */
function quoteIndented(comment: string): string {
  return comment
    .split('\n\n')
    .map((part) =>
      part.startsWith('  ') ? `\`\`\`\n${part.replace(/^ {2}/gm, '')}\n\`\`\`` : part
    )
    .join('\n\n');
}
