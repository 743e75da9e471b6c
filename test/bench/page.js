import { existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { inTurns, PROGRAM, timed } from './process.js'
import { check, median, print, seconds, tell } from './table.js'

const MODELS = 500
const DAYS = 30
const DAY_MS = 86_400_000
const BROWSERS = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome']

/** The page of 500 models over 30 days, and one of 10,000 groups: to make, to open in a browser, and how long it is there. */
export async function benchPage({ runs }) {
  const folder = mkdtempSync(join(tmpdir(), 'bench-page-'))
  try {
    const log = join(folder, 'calls.jsonl')
    writeFileSync(log, records())
    const browser = await openBrowser()
    for (const by of ['model', 'model,identity']) {
      const page = join(folder, `${by}.html`)
      const make = (...format) => [
        PROGRAM,
        'report',
        '--offline',
        '--source',
        `file:${log}`,
        '--by',
        by,
        '--output',
        ...format,
      ]
      const times = await inTurns(Number(runs ?? 3), {
        page: () => timed(make(page)),
        json: () => timed(make(join(folder, 'report.json'))),
      })
      const [toPage, toJson] = [median(times.page), median(times.json)]
      tell(
        `by ${by}: to make, from ${MODELS * DAYS} calls`,
        `${seconds(toPage)}, ${(statSync(page).size / 1e6).toFixed(2)} MB`,
      )
      check(`by ${by}: to the same as JSON`, toPage / toJson, (ratio) => ratio <= 2, 'at most 2')
      if (!browser) continue
      const opened = []
      for (let run = 0; run < Number(runs ?? 3); run++) opened.push(await open(browser, page))
      const open_ms = median(opened.map(({ ms }) => ms))
      tell(`by ${by}: to open, at 1280 × 900`, `${seconds(open_ms)}, ${opened[0].height} pixels high`)
      check(`by ${by}: seconds to open`, open_ms / 1000, (s) => s < 2, 'below 2')
      check(`by ${by}: screens tall`, opened[0].height / 900, (screens) => screens <= 6, 'at most 6')
    }
    await browser?.close()
  } finally {
    rmSync(folder, { recursive: true })
  }
}

/** A call of each model a day, by twenty callers in turn, so that there are as many groups as calls but a third. */
function records() {
  const start = Math.floor(Date.now() / DAY_MS) * DAY_MS - DAYS * DAY_MS
  const lines = []
  for (let day = 0; day < DAYS; day++) {
    for (let model = 0; model < MODELS; model++) {
      const caller = (day * 7 + model) % 20
      lines.push(
        JSON.stringify({
          timestamp: new Date(start + day * DAY_MS + (model % 24) * 3_600_000).toISOString(),
          accountId: '111122223333',
          identity: { arn: `arn:aws:sts::111122223333:assumed-role/Role${caller}/session` },
          region: 'us-east-1',
          requestId: `${day}-${model}`,
          operation: 'Converse',
          modelId: model === 0 ? 'amazon.nova-pro-v1:0' : `maker${model % 17}.model-${model}-v1:0`,
          input: { inputContentType: 'application/json', inputTokenCount: 900 + model },
          output: { outputContentType: 'application/json', outputTokenCount: 90 + day },
          schemaType: 'ModelInvocationLog',
          schemaVersion: '1.0',
        }),
      )
    }
  }
  return `${lines.join('\n')}\n`
}

async function openBrowser() {
  const executablePath = BROWSERS.find((path) => existsSync(path))
  if (!executablePath) return print('     not opened: there is no Chromium on this machine')
  const { chromium } = await import('playwright-core')
  return chromium.launch({ executablePath, args: ['--no-sandbox'] })
}

async function open(browser, file) {
  const page = await browser.newPage({ viewport: { width: 1280, height: 900 } })
  const begin = performance.now()
  await page.goto(pathToFileURL(file).href)
  // Painted, with all that the script does.
  const height = await page.evaluate(
    () => new Promise((resolve) => requestAnimationFrame(() => resolve(document.documentElement.scrollHeight))),
  )
  const ms = performance.now() - begin
  await page.close()
  return { ms, height }
}
