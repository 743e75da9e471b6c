import { Readable, Writable } from 'node:stream'
import { Server } from '@modelcontextprotocol/sdk/server/index.js'
import { StdioServerTransport } from '@modelcontextprotocol/sdk/server/stdio.js'
import { CallToolRequestSchema, type CallToolResult, ListToolsRequestSchema } from '@modelcontextprotocol/sdk/types.js'
import { AppError, EXIT_CODE, toAppError } from '../../../core/errors.ts'
import type { Event } from '../../../core/events.ts'
import { bounded, cut } from '../../../notify/payloads.ts'
import { RATES, usdOf } from '../../../report/calls.ts'
import { plainDigits, usd } from '../../../text/numbers.ts'
import { COMMON_FLAGS } from '../../args/flag.ts'
import { type App, type Command, load, type Tell } from '../../command.ts'
import { bound, outputSchema, rowsText } from './answer.ts'
import { commandLine, inputSchema, inWordsOf, TOOLS, type Tool } from './tools.ts'

type Json = Readonly<Record<string, unknown>>

/** Members of a result that may speak of flags to the reader. */
const IN_WORDS = /^(?:message|hint|remedy|reason)$/
/** An error quotes what was wrong, and that may be anything. */
const MOST_OF_A_TEXT = 2_000
/** Bytes: inputs are at most some 10,000 characters each. */
const MOST_OF_A_MESSAGE = 1_000_000

/** US dollars that AWS has billed, and may bill at list prices, for all calls of this server. */
interface Purse {
  spentUsd: number
  readonly mostUsd: number
  readonly passed: readonly (readonly [flag: string, value: string])[]
}

/** Answers tool calls over stdin and stdout until stdin ends. Each call is a command line of its own, run beside the others. */
export async function serve(app: App, mostUsd: number, passed: Purse['passed']): Promise<number> {
  const { cx, io } = app
  const purse: Purse = { spentUsd: 0, mostUsd, passed }
  const offered = await Promise.all(TOOLS.map((tool) => offer(app, tool)))
  const server = new Server(
    { name: 'bedrock-monitor', version: await app.version() },
    { capabilities: { tools: {} }, instructions: INSTRUCTIONS },
  )
  server.setRequestHandler(ListToolsRequestSchema, () => ({ tools: offered.map(({ shown }) => shown) }))
  server.setRequestHandler(CallToolRequestSchema, async ({ params }, { signal, sendNotification }) => {
    const { progressToken } = params._meta ?? {}
    let progress = 0
    const onPhase = (message: string) => {
      progress += 1
      if (progressToken === undefined) return
      const told = { method: 'notifications/progress' as const, params: { progressToken, progress, message } }
      // Whoever has gone needs no progress.
      sendNotification(told).catch(() => {})
    }
    try {
      const found = offered.find(({ tool }) => tool.name === params.name)
      if (!found) throw new AppError('usage', 'UnknownTool', `there is no tool '${params.name}'`)
      return await answer(app, purse, { ...found, input: params.arguments ?? {}, signal, onPhase })
    } catch (thrown) {
      return failure(toAppError(thrown))
    }
  })
  let code = 0
  server.onerror = ({ message }) => {
    // Of all errors the one after which it ends.
    if (!message.startsWith('ReadBuffer exceeded')) return
    io.stderr.line('error: a message of the client is longer than 1 MB, so the connection was closed')
    code = EXIT_CODE.failed
  }
  const { stream } = io.stdout
  const ended = new Promise<void>((resolve) => {
    io.stdin.once('end', resolve).once('close', resolve)
    stream.once('error', () => resolve())
    server.onclose = resolve
    cx.signal.addEventListener('abort', () => resolve(), { once: true })
  })
  if (io.stdin.isTTY)
    io.stderr.line('Waiting for an MCP client on stdin; Ctrl-C ends it. Agents start this themselves: docs/agents.md')
  const [stdin, stdout] = [io.stdin as NodeJS.ReadStream, stream as NodeJS.WriteStream]
  await server.connect(new StdioServerTransport(stdin, stdout, { maxBufferSize: MOST_OF_A_MESSAGE }))
  await ended
  // What is under way is aborted by it.
  await server.close()
  return code
}

async function offer({ entries }: App, tool: Tool) {
  const entry = entries.find(({ name }) => name === tool.command)
  if (!entry) throw new Error(`there is no command ${tool.command}`)
  const command = await load(entry)
  const schema = await SCHEMAS.get(tool.command)?.()
  const shown = {
    name: tool.name,
    title: tool.title,
    description: tool.describe,
    inputSchema: inputSchema(tool, command),
    ...(schema && { outputSchema: outputSchema(schema.default as Json, tool) }),
    annotations: { title: tool.title, readOnlyHint: true, destructiveHint: false, openWorldHint: true },
  }
  return { tool, command, shown }
}

const INSTRUCTIONS =
  'Amazon Bedrock usage, cost and monitoring of the AWS accounts that this server was started for. Read-only. Costs are US dollars; "at least" means that something has no known price; null means not known. AWS charges small sums for calls: each answer says how much.'

const SCHEMAS = new Map<string, () => Promise<{ default: object }>>([
  ['report', () => import('../../../schema/report.schema.json', { with: { type: 'json' } })],
  ['reconcile', () => import('../../../schema/reconcile.schema.json', { with: { type: 'json' } })],
  ['prices', () => import('../../../schema/prices.schema.json', { with: { type: 'json' } })],
  ['doctor', () => import('../../../schema/doctor.schema.json', { with: { type: 'json' } })],
])

interface Call {
  tool: Tool
  command: Command
  input: Json
  signal: AbortSignal
  onPhase(title: string): void
}

async function answer(app: App, purse: Purse, call: Call): Promise<CallToolResult> {
  const { tool, command, input } = call
  const argv = commandLine(tool, command, input, passedTo(call, purse))
  const inWords = (text: string) => inWordsOf(tool, command, text)
  const { code, text, billedUsd, digest } = await run(app, purse, call, argv)
  const result = parsed(text, (member, value) =>
    IN_WORDS.test(member) && typeof value === 'string' ? inWords(value) : value,
  )
  if (!result) throw new AppError('failed', 'NoAnswer', `${tool.name}: no answer (exit code ${code})`)
  if ('exitCode' in result) return failure(result.error as { message: string; hint?: string })
  const { result: structuredContent, cut: left } = bound(result, tool)
  const isGrouped = Array.isArray(input.by) ? input.by.length > 0 : input.by != null
  const rows = structuredContent[(isGrouped && tool.rowsBy) || tool.rows] ?? structuredContent.accounts
  const listed = <Row>(list: unknown, say: (row: Row) => string) =>
    digest || !Array.isArray(list) ? [] : list.map((row) => cut(say(row), MOST_OF_A_TEXT))
  const notes = [
    ...listed(structuredContent.unpriced, ({ model, region, reason }: Record<string, string>) => {
      return `without a price: ${model} in ${region}: ${reason}`
    }),
    ...listed(structuredContent.warnings, ({ message }: { message: string }) => `warning: ${message}`),
    ...left.map((what) => `${what}; ask for less to see the rest`),
    ...(code === EXIT_CODE.partial ? ['incomplete: a part could not be read, see warnings'] : []),
    `AWS billed at most ${usd(billedUsd)} for this, ${usd(purse.spentUsd)} of ${usd(purse.mostUsd)} since the start`,
  ]
  const parts = [
    ...(digest ? [inWords([digest.title, ...digest.lines].join('\n'))] : []),
    ...(Array.isArray(rows) ? [rowsText(rows).trim() || (digest ? '' : `no ${tool.rows}`)] : []),
    notes.join('\n'),
  ]
  return { content: [{ type: 'text', text: parts.filter((part) => part !== '').join('\n\n') }], structuredContent }
}

/** Carries out a command line within what may still be spent, and adds what AWS bills for it. */
async function run(app: App, purse: Purse, { signal, onPhase }: Call, argv: readonly string[]) {
  if (purse.spentUsd >= purse.mostUsd) throw spent(purse)
  const stop = new AbortController()
  let billedUsd = 0
  const onEvent = (event: Event) => {
    if (event.type === 'phase') onPhase(event.title)
    if (event.type !== 'billed') return app.cx.emit(event)
    const rate = Object.values(RATES).find(({ unit }) => unit === event.unit)
    const cost = rate ? usdOf(rate, event.count) : 0
    billedUsd += cost
    purse.spentUsd += cost
    if (purse.spentUsd > purse.mostUsd) stop.abort()
  }
  const [stdout, stderr] = [collecting(), collecting()]
  let told: Parameters<Tell>[0] | undefined
  const tell: Tell = (digest) => {
    told = digest
  }
  const { runLine } = await import('../../session/run-line.ts')
  const { env, cwd, openFile, version } = app
  const host = {
    ...{ argv, env, cwd, openFile, version, onEvent, tell, platform: '', clock: app.cx.clock },
    ...{ stdin: Readable.from([]), stdout: stdout.stream, stderr: stderr.stream },
    signal: AbortSignal.any([app.cx.signal, signal, stop.signal]),
  }
  const code = await runLine(host, app.entries)
  if (stop.signal.aborted) throw spent(purse)
  const digest = await told?.()
  return { code, text: stdout.text(), billedUsd, digest: digest && bounded(digest) }
}

function failure({ message, hint }: { message: string; hint?: string | undefined }): CallToolResult {
  const text = [`error: ${message}`, ...(hint === undefined ? [] : [`hint: ${hint}`])]
    .map((line) => cut(line, MOST_OF_A_TEXT))
    .join('\n')
  return { content: [{ type: 'text', text }], isError: true }
}

function spent({ mostUsd }: Purse): AppError {
  const message = `AWS has billed as much for this server's calls as --max-aws-cost allows, $${plainDigits(mostUsd)}`
  const hint = 'ask for less: a shorter time, fewer Regions; or restart the server with a higher --max-aws-cost'
  return new AppError('gate', 'AwsCostLimit', message, { hint })
}

function passedTo({ tool, command }: Call, { spentUsd, mostUsd, passed }: Purse): Map<string, string> {
  const left = plainDigits(Number(Math.max(0, mostUsd - spentUsd).toFixed(9)))
  const known = new Set([...COMMON_FLAGS, ...command.flags].map(({ name }) => name))
  const given = [...passed, ...(tool.paidAhead ? [['max-aws-cost', left] as const] : [])]
  return new Map(given.filter(([name]) => known.has(name)))
}

function parsed(text: string, reviver: (member: string, value: unknown) => unknown): Json | undefined {
  try {
    return JSON.parse(text, reviver) as Json
  } catch {
    return undefined
  }
}

function collecting() {
  const parts: Buffer[] = []
  const stream = new Writable({
    write(part, _encoding, done) {
      parts.push(Buffer.from(part))
      done()
    },
  })
  return { stream, text: () => Buffer.concat(parts).toString() }
}
