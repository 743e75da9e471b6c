import { readFile } from 'node:fs/promises'
import { EXIT_CODE, interrupted } from '../core/errors.ts'
import { written } from '../ui/error.ts'
import { createIo, systemClock } from '../ui/io.ts'
import { type OutputStream, wholeWrites } from '../ui/output.ts'
import type { Entry, Host } from './command.ts'
import { COMMANDS } from './commands/index.ts'
import { mainHelp } from './help/help.ts'

/** Milliseconds that whatever is under way may take to end well after an interruption. */
const LONGEST_END_MS = 10_000

/** Milliseconds after which a person is told that the end is under way. */
const PROMPT_END_MS = 300

/** Reads the command line, carries it out, ends the process. `manifest` is where package.json stands. */
export async function main(process: NodeJS.Process, manifest: URL): Promise<void> {
  // The SDK's word about Node's age is for those who build with it, not for those who run this.
  process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true'
  let stdout: OutputStream | undefined
  const host: Host = {
    argv: process.argv.slice(2),
    // Node opens each stream when it is first asked for, which takes a millisecond or two.
    get stdin() {
      return process.stdin
    },
    get stdout() {
      stdout ??= wholeWrites(process.stdout)
      return stdout
    },
    get stderr() {
      return process.stderr
    },
    env: process.env,
    cwd: folderOf(process),
    clock: systemClock,
    signal: interruptSignal(process),
    platform: `Node.js ${process.version}, ${process.platform} ${process.arch}`,
    openFile: (path) => openFile(path, process.platform),
    version: async () => (JSON.parse(await readFile(manifest, 'utf8')) as { version: string }).version,
  }
  process.exit(await dispatch(host, COMMANDS))
}

/** One that is gone keeps its name: what is looked for there is not found, and nothing else fails. */
function folderOf(process: NodeJS.Process): string {
  try {
    return process.cwd()
  } catch {
    return process.env.PWD ?? '/'
  }
}

const HELP: readonly (string | undefined)[] = ['--help', '-h', 'help']

/** Carries out one line; never throws. The main help and the version are answered before anything else is loaded. */
export async function dispatch(host: Host, commands: readonly Entry[]): Promise<number> {
  const [word, ...more] = host.argv
  const isHelp = HELP.includes(word)
  if (more.length > 0 || !(isHelp || word === '--version')) {
    const { runLine } = await import('./session/run-line.ts')
    return runLine(host, commands)
  }
  const io = createIo(host)
  if (isHelp) io.stdout.print(mainHelp(io.stdout, commands))
  else io.stdout.line(await host.version())
  return written(io, 0)
}

/** Aborted by the first Ctrl-C or SIGTERM, so that what is under way can end well; the second one ends at once. */
function interruptSignal(process: NodeJS.Process): AbortSignal {
  const controller = new AbortController()
  const stop = () => {
    if (controller.signal.aborted) {
      process.stderr.write('\x1b[?25h')
      process.exit(EXIT_CODE.interrupted)
    }
    controller.abort(interrupted())
    // What cannot be aborted (the system opening a pipe that nobody writes to) is not waited for.
    setTimeout(() => process.exit(EXIT_CODE.interrupted), LONGEST_END_MS).unref()
    // What ends right away needs no word.
    setTimeout(() => process.stderr.write('\nstopping; press Ctrl-C again to stop at once\n'), PROMPT_END_MS).unref()
  }
  process.on('SIGINT', stop)
  process.on('SIGTERM', stop)
  return controller.signal
}

/** Shows a file in the program that people have for it, and waits no longer than until that has begun. Throws what the system says. */
async function openFile(path: string, platform: string): Promise<void> {
  const { spawn } = await import('node:child_process')
  // `start` takes the first text in quotation marks for a title.
  const windows = ['cmd', '/c', 'start', '']
  const [command = '', ...args] = platform === 'win32' ? windows : [platform === 'darwin' ? 'open' : 'xdg-open']
  const child = spawn(command, [...args, path], { stdio: 'ignore', detached: true })
  await new Promise((resolve, reject) => child.once('spawn', resolve).once('error', reject))
  child.unref()
}
