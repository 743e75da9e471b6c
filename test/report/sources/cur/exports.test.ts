import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { parseTime } from '../../../../src/report/sources/cur/batch.ts'
import { chooseFiles, type Manifest } from '../../../../src/report/sources/cur/exports.ts'

const file = (path: string, modified = 0) => ({ path, size: 1, modified })
const manifest = (path: string, dataFiles: unknown, modified = 0): Manifest => ({
  ...file(path, modified),
  text: typeof dataFiles === 'string' ? dataFiles : JSON.stringify({ dataFiles }),
})
const chosen = (...args: Parameters<typeof chooseFiles>) => {
  const { files, ...rest } = chooseFiles(...args)
  return { files: files.map(({ path }) => path), ...rest }
}
const NOTHING = { missing: [], broken: [], guessed: [], without: [] }
const OCTOBER = 'BILLING_PERIOD=2026-10'

describe('the files of an export that count', () => {
  test('with OVERWRITE_REPORT are those that the manifest names', () => {
    const listed = [1, 2, 3].map((part) => file(`x/data/${OCTOBER}/x-0000${part}.snappy.parquet`))
    const uris = [1, 2].map((part) => `s3://bucket/some/prefix/x/data/${OCTOBER}/x-0000${part}.snappy.parquet`)
    expect(chosen(listed, [manifest(`x/metadata/${OCTOBER}/x-Manifest.json`, uris)])).toEqual({
      files: listed.slice(0, 2).map(({ path }) => path),
      ...NOTHING,
    })
  })

  test('are found in a copy of the folder that was named, and in one of its files alone', () => {
    const uri = `s3://bucket/prefix/x/data/${OCTOBER}/x-00001.csv.gz`
    for (const root of ['', 'x/', 'prefix/x/', 'copies/of/it/'])
      expect(
        chosen(
          [file(`${root}data/${OCTOBER}/x-00001.csv.gz`)],
          [manifest(`${root}metadata/${OCTOBER}/x-Manifest.json`, [uri])],
        ),
      ).toEqual({ files: [`${root}data/${OCTOBER}/x-00001.csv.gz`], ...NOTHING })
    expect(chosen([file('x-00001.csv.gz')], [manifest('x-Manifest.json', [uri])]).files).toEqual(['x-00001.csv.gz'])
  })

  test('of another export of the same layout are no substitute', () => {
    const uri = `s3://bucket/x/data/${OCTOBER}/part-00001.csv.gz`
    const { files, missing } = chosen(
      [file(`y/data/${OCTOBER}/part-00001.csv.gz`)],
      [manifest(`x/metadata/${OCTOBER}/x-Manifest.json`, [uri])],
    )
    expect(missing).toEqual([{ path: uri, manifest: `x/metadata/${OCTOBER}/x-Manifest.json` }])
    expect(files).toEqual([`y/data/${OCTOBER}/part-00001.csv.gz`])
  })

  test('with CREATE_NEW_REPORT are those of the newest manifest, and a broken one is told', () => {
    const [old, newer] = ['2026-10-09T01:00:00.000Z-a', '2026-10-10T01:00:00.000Z-b']
    const listed = [old, newer].map((run) => file(`data/${OCTOBER}/${run}/x-1.csv.gz`))
    const of = (run: string) =>
      manifest(`metadata/${OCTOBER}/${run}/x-Manifest.json`, [`s3://b/data/${OCTOBER}/${run}/x-1.csv.gz`])
    expect(chosen(listed, [of(newer), of(old)]).files).toEqual([listed[1]?.path])
    const broken = { ...of(newer), text: '{"dataFiles": [' }
    expect(chosen(listed, [broken, of(old)])).toEqual({ ...NOTHING, files: [listed[0]?.path], broken: [broken.path] })
  })

  test('without manifests are those of the newest folder, which is told', () => {
    const listed = ['2026-10-09T01:00:00.000Z-a', '2026-10-10T01:00:00.000Z-b'].flatMap((run) => [
      file(`data/${OCTOBER}/${run}/x-1.csv.gz`),
      file(`data/${OCTOBER}/${run}/x-2.csv.gz`),
    ])
    expect(chosen(listed, [])).toEqual({
      ...NOTHING,
      files: listed.slice(2).map(({ path }) => path),
      guessed: [`data/${OCTOBER}`],
    })
  })

  test('are of the months of a window alone, in all layouts that AWS has had', () => {
    const window = { start: Date.UTC(2026, 9, 31, 23), end: Date.UTC(2026, 10, 1) }
    const months = ['2026-09', '2026-10', '2026-11']
    const layouts = [
      (month: string) => `data/BILLING_PERIOD=${month}/x-1.csv.gz`,
      (month: string) => `report/year=2026/month=${Number(month.slice(5))}/x-1.snappy.parquet`,
      (month: string) => `report/${month.replace('-', '')}01-20261201/20261003T010203Z/x-1.csv.gz`,
    ]
    for (const layout of layouts)
      expect(
        chosen(
          months.map((month) => file(layout(month))),
          [],
          window,
        ),
      ).toEqual({ ...NOTHING, files: [layout('2026-10')] })
  })

  test('of a report before Data Exports are named by keys', () => {
    const folder = 'report/20261001-20261101'
    const listed = ['20261002T010203Z', '20261003T010203Z'].map((run) => file(`${folder}/${run}/report-1.csv.gz`))
    const keys = { reportKeys: [`prefix/${folder}/20261003T010203Z/report-1.csv.gz`] }
    expect(chosen(listed, [{ ...file(`${folder}/report-Manifest.json`), text: JSON.stringify(keys) }]).files).toEqual([
      listed[1]?.path,
    ])
  })

  test.each([
    ['', 'report/'],
    ['report/', ''],
    ['some/report/', 'other/'],
  ])('of a report for Athena are those that the manifests beside its folder name (%p)', (beside, folder) => {
    const data = `${beside}${folder}report/year=2026/month=10`
    const listed = ['report-00001', 'report-00002'].map((name) => file(`${data}/${name}.snappy.parquet`))
    const status = file(`${beside}cost_and_usage_data_status/cost_and_usage_data_status.parquet`)
    const text = JSON.stringify({ reportKeys: [`prefix/${data}/report-00001.snappy.parquet`] })
    const manifests = ['', '20261103T010203Z/'].map((run) => ({
      ...file(`${beside}20261001-20261101/${run}report-Manifest.json`),
      text,
    }))
    const november = file(`${data.replace('=10', '=11')}/report-00001.snappy.parquet`)
    expect(chosen([...listed, status, november], manifests)).toEqual({
      ...NOTHING,
      files: [listed[0]?.path, november.path],
    })
  })

  test('are each read once, whatever there is', () => {
    const parts = fc.constantFrom(
      'data',
      'metadata',
      OCTOBER,
      'x',
      'report',
      '2026-10-09T01:00:00Z-a',
      'x-1.csv.gz',
      'x-2.parquet',
    )
    const paths = fc.array(
      fc.array(parts, { minLength: 1, maxLength: 4 }).map((some) => some.join('/')),
      { maxLength: 12 },
    )
    fc.assert(
      fc.property(paths, paths, (listed, uris) => {
        const unique = [...new Set(listed)].map((path) => file(path))
        const { files } = chosen(unique, [manifest(`metadata/${OCTOBER}/x-Manifest.json`, uris)])
        expect(new Set(files).size).toBe(files.length)
        for (const path of files) expect(listed).toContain(path)
      }),
    )
  })
})

test.each([
  ['2026-11-01T00:00:00Z', Date.UTC(2026, 10, 1)],
  ['2026-11-01T05:06:07.089Z', Date.UTC(2026, 10, 1, 5, 6, 7, 89)],
  ['2026-11-01 05:06:07.089000', Date.UTC(2026, 10, 1, 5, 6, 7, 89)],
  ['2026-11-01 05:00:00.000 UTC', Date.UTC(2026, 10, 1, 5)],
  ['2026-11-01 05:00:00+01:00', Date.UTC(2026, 10, 1, 4)],
  ['2026-11-01 05:00:00+00', Date.UTC(2026, 10, 1, 5)],
  ['2026-11-01', Date.UTC(2026, 10, 1)],
  ['', Number.NaN],
  ['yesterday', Number.NaN],
  ['2026-13-01', Number.NaN],
  ['2026-02-30T00:00:00Z', Number.NaN],
  ['2026-11-01T25:61:00Z', Number.NaN],
])('the time %s', (text, time) => expect(parseTime(text)).toBe(time))
