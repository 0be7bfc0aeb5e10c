/** The lab without a page: `npm run lab -- train --pack json`. See `--help`. */
import { accessSync, constants, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { ArgumentError, readArguments, type Arguments } from './cli/arguments';
import { readCorpusFile, readPack } from './cli/corpora';
import { helpText } from './cli/help';
import { nodeHost } from './cli/host';
import { jsonLine } from './cli/jsonLine';
import { Report } from './cli/report';
import { CommandQueue } from './lib/run/commandQueue';
import { fold } from './lib/run/fold';
import { packById } from './lib/run/packs';
import type { RunEvent, RunRequest } from './lib/run/protocol';
import { SettingsError } from './lib/run/settings';
import { emptySnapshot, type Snapshot } from './lib/run/snapshot';
import { writeTrace } from './lib/run/trace';
import { train } from './lib/run/trainer';
import packageJson from '../package.json' with { type: 'json' };

const exitCodes = { completed: 0, failed: 1, badArguments: 2, interrupted: 130 };

const { stdout, stderr } = process;
const say = (text: string) => stderr.write(text);

// A reader that has seen enough, as `head` has, closes the pipe: that is no failure.
stdout.on('error', (error: NodeJS.ErrnoException) => {
  process.exit(error.code === 'EPIPE' ? exitCodes.completed : exitCodes.failed);
});

const code = await main();
stdout.write('', () => process.exit(code));

async function main(): Promise<number> {
  try {
    const args = readArguments(process.argv.slice(2));
    if (!args) {
      stdout.write(helpText());
      return exitCodes.completed;
    }
    if (args.out !== null) requireWritable(args.out);
    return await run(args, requestOf(args));
  } catch (error) {
    if (!(error instanceof ArgumentError || error instanceof SettingsError)) throw error;
    say(`${error.message}\n`);
    return exitCodes.badArguments;
  }
}

function requestOf({ settings, corpus: file }: Arguments): RunRequest {
  const corpus = file === null ? readPack(settings.pack) : readCorpusFile(file);
  if (packById(corpus.id)?.address) {
    say(
      `${corpus.title}: the built-in list of ${corpus.docs.length} stands in for the whole one.\n`
    );
  }
  return { settings: { ...settings, pack: corpus.id }, corpus };
}

function requireWritable(path: string): void {
  try {
    accessSync(dirname(path), constants.W_OK);
  } catch (error) {
    throw new ArgumentError(
      `out: needs a folder that can be written, got ${(error as Error).message}`
    );
  }
}

/** Trains to the end, telling each event, and returns the exit status. */
async function run({ json, out }: Arguments, request: RunRequest): Promise<number> {
  const commands = new CommandQueue();
  commands.push({ type: 'run' });
  cancelOnInterrupt(commands);
  const report = new Report({ write: (text) => stdout.write(text), say, isScreen: stderr.isTTY });
  const host = nodeHost(json, (sentence) => say(`${sentence}\n`));
  let snapshot = emptySnapshot;
  for await (const event of train(request, commands, host)) {
    snapshot = fold(snapshot, [event]);
    tellNotice(event);
    if (json) stdout.write(`${jsonLine(event)}\n`);
    else report.tell(event, snapshot);
  }
  if (out !== null && snapshot.settings)
    writeFileSync(out, writeTrace(snapshot, packageJson.version));
  return exitCode(snapshot);
}

/** The first interrupt lets the run end in order, a second ends the process. */
function cancelOnInterrupt(commands: CommandQueue): void {
  let isSecond = false;
  process.on('SIGINT', () => {
    if (isSecond) process.exit(exitCodes.interrupted);
    isSecond = true;
    commands.push({ type: 'cancel' });
  });
}

/** Why another engine computes than was asked for is said in any case. */
function tellNotice(event: RunEvent): void {
  if ('notice' in event && event.notice !== null) say(`${event.notice}\n`);
}

function exitCode({ status }: Snapshot): number {
  if (status === 'completed') return exitCodes.completed;
  return status === 'canceled' ? exitCodes.interrupted : exitCodes.failed;
}
