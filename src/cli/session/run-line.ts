import type { Context } from '../../core/context.ts'
import type { Digest } from '../../core/digest.ts'
import { type AppError, EXIT_CODE, interrupted, toAppError } from '../../core/errors.ts'
import type { Warning } from '../../core/events.ts'
import { jsonLine, jsonText } from '../../core/json.ts'
import { withoutGivenSecrets } from '../../core/secrets.ts'
import { type Address, addressesOf } from '../../notify/address.ts'
import { plain } from '../../text/escape.ts'
import { printError, printErrors, written } from '../../ui/error.ts'
import { createIo, type Io } from '../../ui/io.ts'
import { createPrompter } from '../../ui/prompts.ts'
import { chooseReporter, type HoldableReporter } from '../../ui/reporters.ts'
import { glance, parseCommandLine, type Request } from '../args/parse.ts'
import { commonOptions } from '../args/shared-flags.ts'
import { type App, type Entry, type Host, load, loadAll, type Tell } from '../command.ts'
import { commandHelp, firstSteps, mainHelp, settingsHelp } from '../help/help.ts'
import { readConfigFile } from './config-file.ts'

/** Carries out any command line and answers the exit code. Never throws: the one place where errors become exit codes. */
export async function runLine(host: Host, entries: readonly Entry[]): Promise<number> {
  const warnings: Warning[] = []
  const { argv, env, cwd, openFile } = host
  let io = createIo(host, { colour: !argv.includes('--no-color') })
  let reporter: HoldableReporter | undefined
  try {
    const request = await readRequest(argv, entries)
    if (request.kind !== 'run') return await inform(request, host, io, entries)
    const { command, args } = request
    const common = commonOptions(args)
    // What is redrawn in place makes room for the result.
    io = createIo(host, { ...common, beforeResult: () => reporter?.pause() })
    const shown = await chooseReporter(io, common)
    reporter = shown
    const options = command.parse(args)
    const cx: Context = {
      clock: host.clock,
      signal: host.signal,
      emit(event) {
        if (event.type === 'warning') warnings.push(event.warning)
        shown.event(event)
        host.onEvent?.(event)
      },
    }
    const config = command.readsConfigItself ? undefined : await readConfigFile(common.configFile, cwd)
    const version = () => host.version()
    const terminal = { io, prompter: createPrompter(io), reporter }
    const app: App = { ...terminal, env, cwd, cx, common, config, entries, openFile, version }
    // The settings are loaded only where a variable may be one of them.
    const named = Object.keys(env).filter((name) => name.startsWith('BEDROCK_MONITOR_'))
    if (named.length > 0) (await import('./variables.ts')).warnOfUnknown(named, cx)
    const run = (tell: Tell) => command.run(app, options, tell)
    const code = await (command.tells ? notifying(app, command.name, run, host.tell) : run(() => {}))
    reporter.pause()
    return await written(io, code)
  } catch (thrown) {
    reporter?.pause()
    // After an interruption all sorts of calls fail; the interruption is what happened.
    const own = toAppError(thrown)
    const error = host.signal.aborted && own.kind !== 'interrupted' ? interrupted() : own
    printError(io.stderr, error, { debug: argv.includes('--debug') })
    const commands = await loadAll(entries)
    const seen = glance(argv, commands)
    if (seen.json) {
      const result = failureJson(seen.command, error, warnings)
      const isLine = commands.some(({ name, jsonLines }) => name === seen.command && jsonLines)
      io.stdout.write(`${isLine ? jsonLine(result) : jsonText(result)}\n`)
    } else if (!seen.quiet) io.stderr.print(firstSteps(io.stderr, error))
    await io.flush()
    return EXIT_CODE[error.kind]
  }
}

/** A right line that begins with its command needs that command alone; to tell what is wrong, all of them are needed. */
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

/** Tells others how a command ended. Exit codes stay; where all went well, a message that did not arrive makes 5. */
async function notifying(
  app: App,
  command: string,
  run: (tell: Tell) => Promise<number>,
  otherwise: Tell = () => {},
): Promise<number> {
  const { to, onlyProblems } = app.common.notify
  if (to.length === 0) return run(otherwise)
  const addresses = addressesOf(to, app.env, app.config?.notify)
  const send = async (digest: Digest) => {
    const failures = onlyProblems && digest.ok ? [] : await sendDigest(app, command, addresses, digest)
    return printErrors(app.io.stderr, failures, app.common) > 0
  }
  let made: Parameters<Tell>[0] | undefined
  const code = await run((digest) => {
    made = digest
  }).catch(async (thrown: unknown) => {
    const { kind, message, hint } = toAppError(thrown)
    const isUsers = app.cx.signal.aborted || kind === 'usage' || kind === 'interrupted'
    const title = `bedrock-monitor ${command} failed`
    if (!isUsers) await send({ title, ok: false, lines: [message], next: hint })
    throw thrown
  })
  const isUnsent = made && (await send(await made()))
  return code || (isUnsent ? EXIT_CODE.partial : 0)
}

async function sendDigest(
  app: App,
  command: string,
  addresses: readonly Address[],
  digest: Digest,
): Promise<AppError[]> {
  const { sendAll } = await import('../../notify/send.ts')
  const { reachOf } = await import('./connection.ts')
  const { region: _, ...reach } = await reachOf(app, '')
  const message = { ...digest, id: crypto.randomUUID(), command, sentAt: new Date(app.cx.clock.now()).toISOString() }
  app.cx.emit({ type: 'phase', title: 'notifying' })
  const failures = await sendAll(app.cx, addresses, message, reach)
  app.cx.emit({ type: 'phase-done' })
  return failures
}
