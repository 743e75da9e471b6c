import { describe, expect, it } from '@jest/globals'
import { footer } from '../../../src/report/formats/table/footer.ts'
import type { PriceLine } from '../../../src/report/model.ts'
import { summarize } from '../../../src/report/summarize.ts'
import { noMoments } from '../../../src/report/tally.ts'
import { noPaint } from '../../support/paint.ts'
import { bookOf, facts, reading, row } from '../../support/report-rows.ts'

const options = { width: 300, paint: noPaint }

function linesOf(latency = noMoments(), prices: PriceLine[] = []): string[] {
  const { report, ...view } = summarize(reading([row('maker.one', { invocations: 1 }, { latency })]), facts, bookOf({}))
  return footer({ ...view, report: { ...report, prices } }, [], options)
}

describe('the line of latencies', () => {
  it('is left out where the source tells none', () => {
    expect(linesOf().filter((line) => line.startsWith('Latency'))).toEqual([])
  })

  it('has what is known and no dashes', () => {
    const [line] = linesOf({ sumMs: 900, samples: 3, maxMs: 500 }).filter((each) => each.startsWith('Latency'))
    expect(line).toBe('Latency: avg 300, max 500 ms')
  })
})

describe('the lines of prices', () => {
  const price = (model: string, source: string, asOf: string | null): PriceLine => ({
    model,
    region: 'us-east-1',
    inputPerMillion: 1,
    outputPerMillion: 1,
    cacheReadPerMillion: null,
    cacheWritePerMillion: null,
    source,
    asOf,
  })

  it('are one a source, whatever the dates and the mixtures', () => {
    const prices = [
      price('a', 'list', '2026-11-01'),
      price('b', 'list', '2026-10-01'),
      price('c', 'list + own', '2026-12-01'),
      price('c', 'list', '2026-11-01'),
      price('d', 'file', null),
    ]
    expect(linesOf(undefined, prices).filter((line) => line.startsWith('Prices'))).toEqual([
      'Prices: list of 2026-10-01 to 2026-11-01, on demand, 3 models',
      'Prices: own, on demand, 1 model',
      'Prices: file, on demand, 1 model',
    ])
  })
})
