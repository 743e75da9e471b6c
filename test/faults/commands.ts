import { bucketNameOf } from '../../src/aws/log-bucket.ts'
import { printChangeResult } from '../../src/cli/commands/change-result.ts'
import type { CommandResult } from '../../src/core/change-report.ts'
import { type AppError, EXIT_CODE, isAppError } from '../../src/core/errors.ts'
import { findQuery } from '../../src/report/queries/catalog.ts'
import { readReconciliation } from '../../src/report/reconcile/read.ts'
import { priceLoader } from '../../src/report/sources/prices.ts'
import { runReadyQuery } from '../../src/report/sources/ready-query.ts'
import { lastHours, wholeDays } from '../../src/report/window.ts'
import { listAlarms } from '../../src/steps/alarms/alarm-list.ts'
import { saveQueries } from '../../src/steps/queries/saved-queries.ts'
import { printError } from '../../src/ui/error.ts'
import { createIo } from '../../src/ui/io.ts'
import { createExporter } from '../../src/watch/exporter/exporter.ts'
import { EVERYTHING } from '../support/everything.ts'
import { report } from '../support/report.ts'
import type { World } from '../support/world.ts'
import { fakeProcess } from '../ui/fake-terminal.ts'

export const COMMANDS = [
  'setup',
  'setup with every option',
  'status',
  'alarms',
  'exporter',
  'report',
  'report from logs',
  'report from s3',
  'report from cur',
  'report from the bill',
  'report of linked accounts',
  'report of linked logs',
  'reconcile',
  'query',
  'query --save',
  'cleanup',
  'cleanup of every option',
] as const
export type CommandName = (typeof COMMANDS)[number]

/** How a command ended, as its user sees it. */
export interface Ending {
  code: number
  /** What it printed, stdout and stderr after one another. */
  text: string
  error: AppError | undefined
  result: CommandResult | undefined
}

/** Runs a command in a world and prints its result as the program does. Rejects for what is thrown and no `AppError`. */
export async function runCommand(world: World, name: CommandName): Promise<Ending> {
  const terminal = fakeProcess({ tty: false, env: { NO_COLOR: '1' } })
  const io = createIo(terminal)
  const app = { io, common: { json: false, debug: false }, reporter: { pause: () => {} } } as unknown as Parameters<
    typeof printChangeResult
  >[0]
  const end = (code: number, error?: AppError, result?: CommandResult): Ending => ({
    code,
    text: terminal.stdout.text + terminal.stderr.text,
    error,
    result,
  })
  try {
    const result = await RUN[name](world)
    if (result === undefined) return end(0)
    return end(printChangeResult(app, result, { dryRun: false }), result.error, result)
  } catch (thrown) {
    if (!isAppError(thrown)) throw thrown
    printError(io.stderr, thrown)
    return end(EXIT_CODE[thrown.kind], thrown)
  }
}

/** Each rejects where it comes to nothing; what changes something gives its result. */
const RUN: Record<CommandName, (world: World) => Promise<CommandResult | undefined>> = {
  setup: (world) => world.setup(),
  'setup with every option': (world) => world.setup({}, undefined, EVERYTHING),
  status: (world) => world.status(),
  async alarms({ cx, env }) {
    await listAlarms(cx, env)
    return undefined
  },
  async exporter({ cx, env: { accountId, region, settings } }) {
    const { budgetName } = settings
    const places = [{ account: accountId, region, cx }] as const
    const teams = { ofModels: undefined, ofCallers: undefined }
    const request = { places, prices: priceLoader({ places, live: {} }), intervalMs: 300_000, budgetName, teams }
    const exporter = createExporter({ ...request, accounts: [] })
    await exporter.refresh()
    const [{ state } = {}] = exporter.told().places
    if (state?.failure) throw state.failure
    return undefined
  },
  report: (world) => reported(world, 'metrics'),
  'report from logs': (world) => reported(world, 'logs'),
  'report from s3': (world) => reported(world, 's3'),
  'report from cur': (world) => reported(world, 'cur'),
  'report from the bill': (world) => reported(world, 'bill'),
  'report of linked accounts': (world) => reported(world, 'metrics', true),
  'report of linked logs': (world) => reported(world, 'logs', true),
  async reconcile({ cx, env }) {
    const { accountId, region, settings } = env
    const signIn = async () => ({ places: [{ account: accountId, region, cx }], settings, given: new Set<string>() })
    const session = { cx, signIn }
    const { error } = await readReconciliation(
      { estimate: session, bill: session },
      {
        source: { name: 'metrics' },
        bill: { name: 'bill' },
        window: wholeDays(lastHours(cx.clock.now(), 24)),
        prices: async (places) => ({ places, live: {} }),
      },
    )
    if (error) throw error
    return undefined
  },
  async query(world) {
    await asked(world)
    return undefined
  },
  'query --save': async (world) => saveQueries(await world.session(), TEXTS),
  cleanup: (world) => world.cleanup(),
  'cleanup of every option': (world) => world.cleanup(),
}

/** A bucket of exports of the bill. */
export const BILLS = 'bedrock-billing-111122223333'

const TEXTS = new Map([['tokens-by-model', 'fields modelId']])

async function reported(
  world: World,
  source: 'metrics' | 'logs' | 's3' | 'bill' | 'cur',
  linked = false,
): Promise<undefined> {
  const { error } = await reportOf(world, source, linked)
  if (error) throw error
}

/** The requests of the last day that cost most: a question that needs two. */
async function asked({ cx, env }: World): Promise<void> {
  const query = findQuery('costliest-requests')
  if (!query) throw new Error('there is no such query')
  const places = [{ account: env.accountId, region: env.region, cx }] as const
  const window = lastHours(cx.clock.now(), 24)
  const common = { logGroup: env.settings.logGroupName, models: [], limit: 5 }
  await runReadyQuery(cx, { query, places, window, prices: priceLoader({ places, live: {} }), ...common })
}

/** Usage by model of the last day. */
function reportOf({ cx, env }: World, source: 'metrics' | 'logs' | 's3' | 'bill' | 'cur', linked: boolean) {
  const { accountId, region, settings } = env
  const places = [{ account: '111122223333', region, cx }]
  const request = { accountId, places, linked, window: lastHours(cx.clock.now(), 24) }
  const prices = { places, live: {} }
  switch (source) {
    case 'metrics':
    case 'bill':
      return report(cx, { source: { name: source, ...request }, prices })
    case 'logs':
      return report(cx, { source: { name: source, ...request, logGroup: settings.logGroupName }, prices })
    case 's3':
      return report(cx, {
        source: { name: source, ...request, bucket: bucketNameOf(env), keyPrefix: settings.keyPrefix },
        prices,
      })
    case 'cur':
      return report(cx, { source: { name: source, ...request, path: `s3://${BILLS}/cur` } })
  }
}
