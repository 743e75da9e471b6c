import { GetQueryResultsCommand, StartQueryCommand } from '@aws-sdk/client-cloudwatch-logs'
import { describe, expect, it } from '@jest/globals'
import type { Aws, AwsContext } from '../../../../src/aws/context.ts'
import { runQuery } from '../../../../src/report/sources/logs/run-query.ts'

const WINDOW = { start: 1_000, end: 61_000 }
const TARGET = { region: 'us-east-1', logGroup: 'group', limit: 100_000 }

interface Ending {
  status: string
  rows?: number
}

/** A service on which every query ends like this, in pages of 10,000 rows. */
function endingAs({ status, rows = 0 }: Ending): AwsContext & { operations: string[] } {
  const operations: string[] = []
  const send = async (command: { constructor: { name: string } }) => {
    operations.push(command.constructor.name.replace('Command', ''))
    if (command instanceof StartQueryCommand) return { queryId: 'q' }
    if (!(command instanceof GetQueryResultsCommand)) return {}
    const from = Number(command.input.nextToken ?? 0)
    const to = Math.min(rows, from + 10_000)
    return {
      status,
      results: Array.from({ length: to - from }, (_, index) => [{ field: 'slot', value: String(from + index) }]),
      statistics: { bytesScanned: 5 },
      ...(to < rows && { nextToken: String(to) }),
    }
  }
  const context = {
    clock: { now: () => 0, sleep: async () => {} },
    signal: new AbortController().signal,
    emit: () => {},
    aws: { logs: { send } as unknown as Aws['logs'] } as Aws,
    operations,
    in: () => context,
  }
  return context
}

const run = (cx: AwsContext) => runQuery(cx, TARGET, 'fields 1', WINDOW, () => {})

describe('runQuery', () => {
  it('puts the pages of a result together', async () => {
    const { rows, outcome, bytesScanned } = await run(endingAs({ status: 'Complete', rows: 25_001 }))
    expect(rows.map(({ slot }) => Number(slot))).toEqual(Array.from({ length: 25_001 }, (_, index) => index))
    expect({ outcome, bytesScanned }).toEqual({ outcome: 'complete', bytesScanned: 5 })
  })

  it.each([
    [10_000, 'cut'],
    [9_999, 'complete'],
    [100_000, 'cut'],
  ])('takes a result of %d rows for %s', async (rows, outcome) => {
    expect((await run(endingAs({ status: 'Complete', rows }))).outcome).toBe(outcome)
  })

  it('tells a query that took too long from one that failed', async () => {
    expect((await run(endingAs({ status: 'Timeout' }))).outcome).toBe('timeout')
    await expect(run(endingAs({ status: 'Failed' }))).rejects.toMatchObject({ kind: 'aws', code: 'QueryFailed' })
    await expect(run(endingAs({ status: 'Cancelled' }))).rejects.toMatchObject({ hint: expect.stringContaining('s3') })
  })

  it('does not stop a query that has ended by itself', async () => {
    const cx = endingAs({ status: 'Failed' })
    await run(cx).catch(() => undefined)
    expect(cx.operations).toEqual(['StartQuery', 'GetQueryResults'])
  })
})
