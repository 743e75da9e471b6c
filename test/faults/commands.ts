import { printChangeResult, printStatus } from '../../src/cli/change-result.ts'
import type { CommandResult } from '../../src/core/change-report.ts'
import { type AppError, EXIT_CODE, isAppError } from '../../src/core/errors.ts'
import { priceLoader } from '../../src/report/sources/prices.ts'
import { lastHours } from '../../src/report/window.ts'
import { report } from '../../src/steps/6-report.ts'
import { bucketNameOf } from '../../src/steps/env.ts'
import { printError } from '../../src/ui/error.ts'
import { createIo } from '../../src/ui/io.ts'
import type { World } from '../support/world.ts'
import { fakeProcess } from '../ui/fake-terminal.ts'

export const COMMANDS = ['setup', 'status', 'report', 'report from logs', 'report from s3', 'cleanup'] as const
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
    typeof printStatus
  >[0]
  const end = (code: number, error?: AppError, result?: CommandResult): Ending => ({
    code,
    text: terminal.stdout.text + terminal.stderr.text,
    error,
    result,
  })
  try {
    if (name === 'report' || name === 'report from logs' || name === 'report from s3') {
      const { error } = await reportOf(world, SOURCE_OF[name])
      if (error) throw error
      return end(0)
    }
    const result = await (name === 'setup' ? world.setup() : name === 'status' ? world.status() : world.cleanup())
    const code =
      name === 'status'
        ? printStatus(app, result, { exitCode: false })
        : printChangeResult(app, result, { dryRun: false })
    return end(code, result.error, result)
  } catch (thrown) {
    if (!isAppError(thrown)) throw thrown
    printError(io.stderr, thrown)
    return end(EXIT_CODE[thrown.kind], thrown)
  }
}

const SOURCE_OF = { report: 'metrics', 'report from logs': 'logs', 'report from s3': 's3' } as const

/** Usage by model of the last day. */
export function reportOf({ cx, env }: World, source: 'metrics' | 'logs' | 's3' = 'metrics') {
  const { accountId, region, settings } = env
  const places = [{ region, cx }]
  const request = { accountId, places, window: lastHours(cx.clock.now(), 24) }
  const prices = priceLoader({ places, live: {} })
  switch (source) {
    case 'metrics':
      return report(cx, { source: { name: source, ...request }, prices })
    case 'logs':
      return report(cx, { source: { name: source, ...request, logGroup: settings.logGroupName }, prices })
    case 's3':
      return report(cx, {
        source: { name: source, ...request, bucket: bucketNameOf(env), keyPrefix: settings.keyPrefix },
        prices,
      })
  }
}
