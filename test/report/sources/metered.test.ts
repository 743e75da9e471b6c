import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import { renderReport as renderHtml } from '../../../src/report/formats/html.ts'
import { renderReport as renderMarkdown } from '../../../src/report/formats/markdown.ts'
import { renderReport as renderTable } from '../../../src/report/formats/table.ts'
import { download, playLogged, sourcesOf } from '../../support/logged-traffic.ts'
import { noPaint } from '../../support/paint.ts'
import { report } from '../../support/report.ts'
import { schemaFaults } from '../../support/report-schema.ts'
import { inWorld } from '../../support/world.ts'

test('every report tells what its own calls cost, by what was really asked; one of files cost nothing', async () => {
  await inWorld({ isSetUp: true }, async (world) => {
    const { window } = playLogged(world, { seed: 4, hours: 2, perHour: 60 })
    const folder = await mkdtemp(join(tmpdir(), 'metered-'))
    try {
      await download(world, folder)
      const calls = world.sandbox.calls
      const counts: Record<string, Record<string, number>> = {}
      for (const [name, source] of Object.entries(sourcesOf(world, window, folder))) {
        calls.length = 0
        const view = await report(world.cx, { source })
        const number = (operation: string) => calls.filter((call) => call.operation === operation).length
        const told = Object.fromEntries((view.report.calls?.items ?? []).map(({ what, count }) => [what, count]))
        counts[name] = told
        expect(schemaFaults(view.report)).toEqual([])
        expect(told['listings of metrics'] ?? 0).toBe(number('ListMetrics'))
        expect(told['objects fetched'] ?? 0).toBe(number('GetObject'))
        expect(told['listings of the bucket'] ?? 0).toBe(number('ListObjectsV2'))
        expect((told['metrics requested'] ?? 0) > 0).toBe(number('GetMetricData') > 0)
        expect((told['bytes scanned by Logs Insights'] ?? 0) > 0).toBe(number('StartQuery') > 0)
        const pages = [renderTable(view, { width: 200, paint: noPaint }), renderMarkdown(view)]
        for (const page of [...pages, await renderHtml(view)]) {
          expect(page.toLowerCase().includes('this report')).toBe(name !== 'file')
        }
      }
      expect(Object.keys(counts.file ?? {})).toEqual([])
      expect(Object.keys(counts.logs ?? {})).toEqual(['bytes scanned by Logs Insights'])
    } finally {
      await rm(folder, { recursive: true })
    }
  })
})
