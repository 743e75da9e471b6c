import type { Context } from '../../core/context.ts'
import { type AppError, EXIT_CODE, interrupted, toAppError } from '../../core/errors.ts'
import type { Warning } from '../../core/events.ts'
import { jsonLine, jsonText } from '../../core/json.ts'
import { withoutGivenSecrets } from '../../core/secrets.ts'
import { plain } from '../../text/escape.ts'
import { printError, written } from '../../ui/error.ts'
import { createIo, type Io } from '../../ui/io.ts'
import { createPrompter } from '../../ui/prompts.ts'
import { chooseReporter, type HoldableReporter } from '../../ui/reporters/index.ts'
import { type Args, type CommonOptions, commonOptions } from '../args/args.ts'
import { glance, parseCommandLine, type Request } from '../args/parse.ts'
import { type Command, type Entry, load, loadAll } from '../commands/command.ts'
import { commandHelp, firstSteps, mainHelp, settingsHelp } from '../help/help.ts'
import type { Host } from './app.ts'
import { readConfigFile } from './config-file.ts'

/** Carries out any command line and answers the exit code. Never throws: the one place where errors become exit codes. */
export async function runLine(host: Host, entries: readonly Entry[]): Promise<number> {
  const warnings: Warning[] = []
  let io = createIo(host, { colour: !host.argv.includes('--no-color') })
  let reporter: HoldableReporter | undefined
  try {
    const request = await readRequest(host.argv, entries)
    if (request.kind !== 'run') return await inform(request, host, io, entries)
    const common = commonOptions(request.args)
    io = createIo(host, common)
    reporter = await chooseReporter(io, common)
    const code = await runCommand(request.command, request.args, { host, io, common, reporter, warnings })
    return await written(io, code)
  } catch (thrown) {
    reporter?.pause()
    const error = asAppError(thrown, host.signal)
    printError(io.stderr, error, { debug: host.argv.includes('--debug') })
    const commands = await loadAll(entries)
    const seen = glance(host.argv, commands)
    if (seen.json) {
      const result = failureJson(seen.command, error, warnings)
      const isLine = commands.some(({ name, jsonLines }) => name === seen.command && jsonLines)
      io.stdout.write(`${isLine ? jsonLine(result) : jsonText(result)}\n`)
    } else if (!seen.quiet) io.stderr.print(firstSteps(io.stderr, error))
    await io.flush()
    return EXIT_CODE[error.kind]
  }
}

/**
 * What the line asks for. A right one that begins with its command needs that command alone; to tell what is wrong about any
 * other, the flags of all of them are needed.
 */
async function readRequest(argv: readonly string[], entries: readonly Entry[]): Promise<Request> {
  const entry = entries.find(({ name }) => name === argv[0])
  if (entry) {
    try {
      return parseCommandLine(argv, [await load(entry)])
    } catch {
      // Read once more below, for the error's sake.
    }
  }
  return parseCommandLine(argv, await loadAll(entries))
}

/** After an interruption all sorts of calls fail; the interruption is what happened. */
function asAppError(thrown: unknown, signal: AbortSignal): AppError {
  const error = toAppError(thrown)
  return signal.aborted && error.kind !== 'interrupted' ? interrupted() : error
}

async function inform(
  request: Exclude<Request, { kind: 'run' }>,
  host: Host,
  io: Io,
  entries: readonly Entry[],
): Promise<number> {
  if (request.kind === 'version') {
    io.stdout.line(await host.version())
    if (host.argv.includes('--debug')) io.stdout.line(host.platform)
  } else if (request.settings) io.stdout.print(settingsHelp(io.stdout, request.settings))
  else io.stdout.print(request.command ? commandHelp(io.stdout, request.command) : mainHelp(io.stdout, entries))
  return written(io, 0)
}

interface Running {
  host: Host
  io: Io
  common: CommonOptions
  reporter: HoldableReporter
  warnings: Warning[]
}

async function runCommand(command: Command, args: Args, running: Running): Promise<number> {
  const { host, io, common, reporter, warnings } = running
  const options = command.parse(args)
  const cx: Context = {
    clock: host.clock,
    signal: host.signal,
    emit(event) {
      if (event.type === 'warning') warnings.push(event.warning)
      reporter.event(event)
      host.onEvent?.(event)
    },
  }
  const config = command.readsConfigItself ? undefined : await readConfigFile(common.configFile, host.cwd)
  const { env, cwd, openFile } = host
  const version = () => host.version()
  const app = { io, env, cwd, cx, prompter: createPrompter(io), reporter, common, config, openFile, version }
  const code = await command.run(app, options)
  reporter.pause()
  return code
}

/** A failed command's result for a program: what `--json` prints when there is nothing else to print. */
function failureJson(command: string | undefined, error: AppError, warnings: readonly Warning[]): object {
  const { code, message, hint } = error
  return {
    schemaVersion: 1,
    command: command === undefined ? null : withoutGivenSecrets(command),
    ok: false,
    error: { code, message: plain(message), ...(hint !== undefined && { hint: plain(hint) }) },
    exitCode: EXIT_CODE[error.kind],
    warnings,
  }
}
