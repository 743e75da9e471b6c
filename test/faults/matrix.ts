import { isDeepStrictEqual } from 'node:util'
import { expect } from '@jest/globals'
import { playLogged } from '../../src/cli/commands/sandbox/traffic.ts'
import { exportFiles } from '../../src/sandbox/bill/exports.ts'
import type { Fault } from '../../src/sandbox/faults.ts'
import type { ServiceId } from '../../src/sandbox/service.ts'
import { featureTraffic, generateTraffic, playTraffic } from '../../src/sandbox/traffic.ts'
import { callModels } from '../support/everything.ts'
import { type Inventory, inventory } from '../support/inventory.ts'
import { prepared } from '../support/replay.ts'
import { SHARE } from '../support/share.ts'
import { inWorld, REGION, type World, type WorldOptions } from '../support/world.ts'
import { BILLS, type CommandName, type Ending, runCommand } from './commands.ts'

interface Row {
  command: CommandName
  service: ServiceId
  operation: string
}

const isSameCall = (a: Row, b: Row) => a.service === b.service && a.operation === b.operation

interface Column {
  title: string
  fault: Omit<Fault, 'service' | 'operation'>
  /** The command has to get over it; otherwise it may also end with an error of one of these exit codes. */
  codes: readonly number[]
  world?: WorldOptions
}

const ALWAYS = 1_000

/** Every fault, and how a command may end that meets it. 5 is a command that did some of its work. */
const COLUMNS: readonly Column[] = [
  { title: 'throttled once', fault: { kind: 'throttle' }, codes: [0] },
  { title: 'throttled for 20 s', fault: { kind: 'throttle', seconds: 20 }, codes: [0] },
  { title: '500 for 2 s', fault: { kind: '500', seconds: 2 }, codes: [0] },
  { title: '503 always', fault: { kind: '503', count: ALWAYS }, codes: [1, 5] },
  {
    title: 'timed out',
    fault: { kind: 'timeout', count: 2 },
    codes: [1, 5],
    world: { maxAttempts: 2, requestTimeoutMs: 5_000 },
  },
  { title: 'reset once', fault: { kind: 'reset' }, codes: [0] },
  { title: 'reset always', fault: { kind: 'reset', count: ALWAYS }, codes: [1, 5] },
  { title: 'done, but its answer lost', fault: { kind: 'reset', when: 'after' }, codes: [0] },
  { title: 'access denied', fault: { kind: 'access-denied', count: ALWAYS }, codes: [1, 5] },
  { title: 'token expired', fault: { kind: 'expired-token', count: ALWAYS }, codes: [4, 5] },
  { title: 'malformed once', fault: { kind: 'malformed' }, codes: [0] },
  { title: 'malformed always', fault: { kind: 'malformed', count: ALWAYS }, codes: [1, 5] },
]

/** Accounts that share what they have with the one that is read. */
const LINKED = ['200000000001', '200000000002']
const members = LINKED.map((id) => ({ id, links: { [REGION]: ['metrics', 'logs'] as const } }))

/** Worlds at work side by side: some of them only wait for answers that never come. */
const SIDE_BY_SIDE = 4
/** Of real time: no answer is as late as that on a machine that has something else to do. */
const REQUEST_TIMEOUT_MS = 60_000

/** One alarm fails as the next one does, and each takes its time a thousand times over. */
const FEW = { alarms: 'minimal' } as const

/** Commands that leave the account as they found it: one account serves them all. */
const READING = [
  'report',
  'report from logs',
  'report from s3',
  'report from cur',
  'report from the bill',
  'report of linked accounts',
  'report of linked logs',
  'reconcile',
  'query',
  'status',
  'alarms',
  'exporter',
] as const
type Reading = (typeof READING)[number]
type Changing = Exclude<CommandName, Reading>

/** Of a command with options, only those calls meet their faults that the one without does not make. */
const PLAIN: Partial<Record<Changing, Changing>> = {
  'setup with every option': 'setup',
  'cleanup of every option': 'cleanup',
}

/** What stands before a command that changes something: an empty account, or one that setup has been through. */
async function prepare(world: World, command: Changing): Promise<void> {
  if (command.endsWith('every option')) callModels(world)
  if (command.startsWith('setup')) return
  await prepared(world, command, async () => {
    await must(world, command === 'cleanup of every option' ? 'setup with every option' : 'setup')
    if (command === 'cleanup of every option') await must(world, 'query --save')
  })
}

/** What those that read find: calls of the last two hours, in an account that setup has been through. */
async function prepareReads(world: World): Promise<void> {
  await prepared(world, 'reads', () => must(world, 'setup'))
  const now = world.cx.clock.now()
  const { account, region, services } = world.sandbox
  playTraffic(services, generateTraffic({ seed: 1, start: now - 7_200_000, end: now, account, region }))
  for (const sample of featureTraffic({ seed: 1, start: now - 7_200_000, end: now, account, region })) {
    services.cloudwatch.putMetric(region, sample)
  }
  services.s3.buckets.create(BILLS, region, account, now)
  const about = { table: 'COST_AND_USAGE_REPORT', name: 'bill', bucket: BILLS, prefix: 'cur', payer: account } as const
  for (const { key, body } of exportFiles(services.bill.entries(now), about, now))
    services.s3.putObject(BILLS, key, body)
  for (const id of LINKED) {
    const traffic = { seed: 2, start: now - 7_200_000, end: now, account: id, region, invocationsPerHour: 20 }
    const member = { ...world.sandbox, account: id, services: world.sandbox.servicesOf(id) }
    playLogged(member, now)(generateTraffic(traffic))
  }
}

async function must(world: World, command: CommandName): Promise<void> {
  const { error } = await runCommand(world, command)
  if (error) throw error
}

/** Runs commands when nothing goes wrong: each distinct call that each of them makes, and the account in the end. */
async function undisturbed(commands: readonly CommandName[], before: (world: World) => Promise<void>) {
  return inWorld({ settings: FEW, requestTimeoutMs: REQUEST_TIMEOUT_MS, members }, async (world) => {
    await before(world)
    const rows: Row[] = []
    for (const command of commands) {
      world.sandbox.calls.length = 0
      await must(world, command)
      const calls = new Map(world.sandbox.calls.map((call) => [`${call.service}:${call.operation}`, call]))
      rows.push(...[...calls.values()].map(({ service, operation }) => ({ command, service, operation })))
    }
    return { rows, after: await inventory(world.cx) }
  })
}

interface Cell {
  row: Row
  column: Column
}

/** What is wrong with how a command ended; nothing is right. */
function faultsOfEnding({ row, column }: Cell, { code, text, error, result }: Ending): string[] {
  const wrong: string[] = []
  if (!column.codes.includes(code) && code !== 0) wrong.push(`exit ${code}`)
  if (code !== 0 && column.codes.length === 1 && column.codes[0] === 0) wrong.push('did not get over it')
  if (/^\s+at .*[:(]/m.test(text)) wrong.push('shows a stack trace')
  if (/undefined|\[object|NaN|SyntaxError|@smithy/.test(text)) wrong.push('speaks of its own insides')
  if (code === 0) return wrong
  if (!error?.code || !error.message) wrong.push('an error without a name')
  if (error?.code === 'InternalError') wrong.push('calls it a fault of its own')
  if (!text.includes(row.operation) && error?.kind !== 'blocked') wrong.push('does not name the operation')
  if (!/^hint: \S/m.test(text)) wrong.push('says not what mends it')
  if (/^(error|failed|hint):.*[:,;(]$/m.test(text)) wrong.push('ends in half a sentence')
  for (const { outcome, error: own, step, type, name } of result?.report.resources ?? []) {
    if (outcome !== 'failed') continue
    if (!step || !type || !name || !own?.code || !own.message) wrong.push(`${type}: failed without saying why`)
  }
  return wrong
}

const optionsOf = ({ world }: Column): WorldOptions => ({
  settings: FEW,
  requestTimeoutMs: REQUEST_TIMEOUT_MS,
  maxAttempts: ALWAYS,
  members,
  ...world,
})

const title = ({ row: { command, service, operation }, column }: Cell) =>
  `${command}, ${service}:${operation}, ${column.title}`

const thrownBy = (thrown: unknown) => `threw ${thrown instanceof Error ? thrown.stack : String(thrown)}`

/** Runs the command of a cell while its fault lasts, and says what is wrong with how it ended. */
async function disturb(world: World, cell: Cell): Promise<{ wrong: string[]; text: string }> {
  const { row, column } = cell
  world.sandbox.faults.push({ ...column.fault, service: row.service, operation: row.operation })
  const ending = await runCommand(world, row.command)
  world.sandbox.faults.length = 0
  return { wrong: faultsOfEnding(cell, ending), text: ending.text }
}

/** Runs one cell of a command that changes something, and the command again, and says what does not hold. */
async function checkChange(command: Changing, cell: Cell, after: Inventory): Promise<string[]> {
  return inWorld(optionsOf(cell.column), async (world) => {
    await prepare(world, command)
    const { wrong, text } = await disturb(world, cell)
    const again = await runCommand(world, command)
    if (again.error) wrong.push(`run again: ${again.error.message}`)
    if (!isDeepStrictEqual(await inventory(world.cx), after)) wrong.push('run again: another account')
    return wrong.length > 0 ? [`${title(cell)}: ${wrong.join('; ')}\n${text}`] : []
  }).catch((thrown) => [`${title(cell)}: ${thrownBy(thrown)}`])
}

/** The same of a column of those that only read, in one account, which has to be as it was in the end. */
async function checkReads(column: Column, rows: readonly Row[]): Promise<string[]> {
  return inWorld(optionsOf(column), async (world) => {
    const broken: string[] = []
    await prepareReads(world)
    const before = await inventory(world.cx)
    for (const row of rows) {
      const cell = { row, column }
      const { wrong, text } = await disturb(world, cell)
      if (wrong.length > 0) broken.push(`${title(cell)}: ${wrong.join('; ')}\n${text}`)
    }
    for (const command of READING) {
      const { error } = await runCommand(world, command)
      if (error) broken.push(`${command}, after ${column.title}: ${error.message}`)
    }
    if (!isDeepStrictEqual(await inventory(world.cx), before)) broken.push(`${column.title}: changed the account`)
    return broken
  }).catch((thrown) => [`reading, ${column.title}: ${thrownBy(thrown)}`])
}

/** Whatever call of a command fails, and however: it gets over it or says what is wrong, and converges when it is run again. */
export async function expectItHolds(command: Changing): Promise<void> {
  const { rows: all, after } = await undisturbed([command], (world) => prepare(world, command))
  const known = PLAIN[command]
  const plain = known ? (await undisturbed([known], (world) => prepare(world, known))).rows : []
  const rows = all.filter((row) => !plain.some((other) => isSameCall(row, other)))
  expect(rows).not.toEqual([])
  const cells = rows.flatMap((row, at) => COLUMNS.filter((_, c) => SHARE.has(at, c)).map((column) => ({ row, column })))
  tell(command, rows, cells.length)
  expect(await sideBySide(cells, (cell) => checkChange(command, cell, after))).toEqual([])
}

/** The same for all that only reads. */
export async function expectReadsHold(): Promise<void> {
  const { rows } = await undisturbed(READING, prepareReads)
  for (const command of READING) expect(rows.map((row) => row.command)).toContain(command)
  const columns = COLUMNS.map((column, c) => ({ column, rows: rows.filter((_, at) => SHARE.has(at, c)) }))
  tell(READING.join(', '), rows, columns.flatMap((column) => column.rows).length)
  expect(await sideBySide(columns, (each) => checkReads(each.column, each.rows))).toEqual([])
}

async function sideBySide<Job>(jobs: readonly Job[], work: (job: Job) => Promise<string[]>): Promise<string[]> {
  const broken: string[] = []
  const todo = jobs.values()
  const worker = async () => {
    for (const job of todo) broken.push(...(await work(job)))
  }
  await Promise.all(Array.from({ length: SIDE_BY_SIDE }, worker))
  return broken
}

function tell(command: string, { length: calls }: readonly Row[], cells: number): void {
  const all = calls * COLUMNS.length
  process.stderr.write(`fault matrix, ${command}: ${calls} calls, ${cells} of ${all} cells (${SHARE.name})\n`)
}
