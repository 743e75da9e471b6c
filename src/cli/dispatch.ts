import type { Clock, Context } from '../core/context.ts'
import { AppError, EXIT_CODE, interrupted, toAppError } from '../core/errors.ts'
import type { Warning } from '../core/events.ts'
import { jsonLine, jsonText } from '../core/json.ts'
import { printError } from '../ui/error.ts'
import { createIo, type Io, type TerminalProcess } from '../ui/io.ts'
import { createPrompter } from '../ui/prompts.ts'
import { chooseReporter, type HoldableReporter } from '../ui/reporters/index.ts'
import type { Args } from './args.ts'
import type { Command } from './command.ts'
import { type CommonOptions, commonOptions } from './common-options.ts'
import { readConfigFile } from './config-file.ts'
import { failureJson } from './failure.ts'
import { firstSteps } from './first-steps.ts'
import { commandHelp, mainHelp } from './help.ts'
import { glance, parseCommandLine, type Request } from './parse.ts'

/** Everything of the machine that a run of the program may touch. */
interface Host extends TerminalProcess {
  argv: readonly string[]
  cwd: string
  clock: Clock
  /** Aborted when the user interrupts. */
  signal: AbortSignal
  version(): Promise<string>
  /** What the program runs on: "Node.js v22.1.0, linux x64". */
  platform: string
}

/** Carries out one command line and answers the exit code. Never throws: the one place where errors become exit codes. */
export async function dispatch(host: Host, commands: readonly Command[]): Promise<number> {
  const warnings: Warning[] = []
  let io = createIo(host, { colour: !host.argv.includes('--no-color') })
  let reporter: HoldableReporter | undefined
  try {
    const request = parseCommandLine(host.argv, commands)
    if (request.kind !== 'run') return await inform(request, host, io, commands)
    const common = commonOptions(request.args)
    io = createIo(host, common)
    reporter = await chooseReporter(io, common)
    const code = await runCommand(request.command, request.args, { host, io, common, reporter, warnings })
    return await written(io, code)
  } catch (thrown) {
    reporter?.pause()
    const error = asAppError(thrown, host.signal)
    printError(io.stderr, error, { debug: host.argv.includes('--debug') })
    const seen = glance(host.argv, commands)
    if (seen.json) {
      const result = failureJson(seen.command, error, warnings)
      const isLine = commands.some(({ name, jsonLines }) => name === seen.command && jsonLines)
      io.stdout.line(isLine ? jsonLine(result) : jsonText(result))
    } else if (!seen.quiet) io.stderr.write(firstSteps(io.stderr, error))
    await Promise.all([io.stdout.flush(), io.stderr.flush()])
    return EXIT_CODE[error.kind]
  }
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
  commands: readonly Command[],
): Promise<number> {
  if (request.kind === 'version') {
    io.stdout.line(await host.version())
    if (host.argv.includes('--debug')) io.stdout.line(host.platform)
  } else io.stdout.write(request.command ? commandHelp(io.stdout, request.command) : mainHelp(io.stdout, commands))
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
    },
  }
  const config = await readConfigFile(common.configFile, host.cwd)
  const app = { io, env: host.env, cwd: host.cwd, cx, prompter: createPrompter(io), reporter, common, config }
  const code = await command.run(app, options)
  reporter.pause()
  return code
}

/** The code, once the result is out; a result that could not be written (a full disk) is a failure. */
async function written(io: Io, code: number): Promise<number> {
  const [failure] = await Promise.all([io.stdout.flush(), io.stderr.flush()])
  if (!failure) return code
  const hint = 'see what stdout leads to: a disk may be full'
  printError(io.stderr, new AppError('failed', 'WriteFailed', `cannot write the result: ${failure.message}`, { hint }))
  return EXIT_CODE.failed
}
