import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it, test } from '@jest/globals'
import { diff } from '../../src/core/diff.ts'
import { FORMATS } from '../../src/report/formats/index.ts'
import type { Row } from '../../src/report/model.ts'
import { parseOverrides } from '../../src/report/prices/overrides.ts'
import { quotaBook, routedModel } from '../../src/report/quotas/match.ts'
import { priceLoader } from '../../src/report/sources/prices.ts'
import { FakeCloudWatch } from '../support/fake-cloudwatch.ts'
import { inFolder } from '../support/folder.ts'
import { recordLine } from '../support/invocation-records.ts'
import { noPaint } from '../support/paint.ts'
import { report } from '../support/report.ts'
import { reportContext } from '../support/report-context.ts'
import { schemaFaults } from '../support/report-schema.ts'

/** Every name that each object of JavaScript has, or seems to have. */
const WORDS = [
  ...new Set([...Object.getOwnPropertyNames(Object.prototype), ...Object.getOwnPropertyNames(Function.prototype)]),
]
/** Where a part of a model's id is looked up by itself: its maker, its name, its geography. */
const MODELS = WORDS.flatMap((word) => [word, `${word}.${word}-v1:0`, `amazon.${word}`, `us.amazon.${word}-v1:0`])
const NOW = Date.UTC(2026, 10, 23, 10)

type View = Awaited<ReturnType<typeof report>>

/** @param charged the same as what is made of charges needs it */
async function checkAll(view: View, charged: View, name: string, expected: readonly string[]) {
  expect(schemaFaults(view.report)).toEqual([])
  expect(view.report.groups.map(({ key }) => Object.getOwnPropertyDescriptor(key, name)?.value).sort()).toEqual(
    [...expected].sort(),
  )
  for (const format of FORMATS) {
    const { renderReport } = await format.load()
    const text = await renderReport('chargesBy' in format ? charged : view, { width: 200, paint: noPaint })
    expect(text).not.toMatch(/\[native code\]|\[object Object\]/)
  }
}

describe('names that are words of JavaScript are names like any other', () => {
  it('as models, in every format, from metrics', async () => {
    const cloudwatch = new FakeCloudWatch()
    for (const model of MODELS) cloudwatch.put('InputTokenCount', { ModelId: model }, NOW - 1, 7)
    const cx = reportContext(cloudwatch.client, NOW)
    const source = {
      name: 'metrics',
      accountId: '111122223333',
      places: [{ account: '111122223333', region: 'us-east-1', cx }],
      window: { start: NOW - 3_600_000, end: NOW },
    } as const
    const view = await report(cx, { source })
    const charged = await report(cx, { source, charges: ['day', 'account', 'region', 'model'] })
    await checkAll(view, charged, 'model', MODELS)
    expect(view.report.unpriced).toHaveLength(MODELS.length)
  })

  const lines = WORDS.map((word) =>
    recordLine({
      model: word,
      identity: word,
      operation: word,
      metadata: Object.fromEntries(WORDS.map((key) => [key, word])),
    }),
  )
  const cx = reportContext(new FakeCloudWatch().client, NOW)

  it.each([['model'], ['identity'], ['operation'], ...WORDS.map((word) => [`metadata:${word}`])])(
    'in records, by %s',
    (by) =>
      inFolder({ 'a.jsonl': `${lines.join('\n')}\n` }, async (path) => {
        const source = { name: 'file', path }
        const view = await report(cx, { source, by: [by] })
        const charged = await report(cx, { source, by: [by], charges: ['day', 'account', 'region', 'model', by] })
        await checkAll(view, charged, by, WORDS)
      }),
  )

  it("with prices of somebody's own", async () => {
    const prices = parseOverrides(
      JSON.parse(`{${WORDS.map((word) => `"${word}":{"inputPerMillion":3}`).join(',')}}`),
      'prices.json',
    )
    const rows = WORDS.map(
      (model): Pick<Row, 'dimensions'> => ({ dimensions: { account: '111122223333', model, region: 'us-east-1' } }),
    )
    const { book } = await priceLoader({ overrides: { prices, source: 'prices.json' } })(rows)
    for (const word of WORDS)
      expect(book.lookup(word, 'us-east-1', new Date(NOW))).toMatchObject({ source: 'prices.json' })
  })

  it('as keys of tags and settings that are compared', () => {
    for (const word of WORDS) {
      const to = JSON.parse(`{"${word}":"x"}`)
      expect(diff({}, to)).toEqual([{ path: word, from: undefined, to: 'x' }])
      expect(diff(to, {})).toEqual([{ path: word, from: 'x', to: undefined }])
    }
  })

  it('as models that quotas are sought for', () => {
    const find = quotaBook([])
    for (const model of MODELS) {
      const routed = routedModel(model)
      if (routed) expect(find(routed)).toEqual({})
    }
  })
})

test('no table that names are looked up in is a plain object: those are Maps', () => {
  const root = new URL('../../src/', import.meta.url)
  const files = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'))
  // Rows of prices are put into one Map before anybody looks there.
  const found = files
    .filter((file) => !file.startsWith('report/prices/table/'))
    .filter((file) =>
      /^(?:export )?const [A-Z_]+: (?:Readonly<)?Record<string,/m.test(readFileSync(new URL(file, root), 'utf8')),
    )
  expect(found).toEqual([])
})
