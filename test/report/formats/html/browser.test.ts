import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterAll, beforeAll, expect, it } from '@jest/globals'
import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import { renderReport } from '../../../../src/report/formats/html.ts'
import type { Row } from '../../../../src/report/model.ts'
import { parsePrice } from '../../../../src/report/money.ts'
import { summarize } from '../../../../src/report/summarize.ts'
import { HOUR_MS } from '../../../../src/report/window.ts'
import { describeInBrowser } from '../../../support/external.ts'
import { inFolder } from '../../../support/folder.ts'
import { bookOf, facts, reading, row, START } from '../../../support/report-rows.ts'
import { SHARE } from '../../../support/share.ts'

const HOSTILE = `maker.<img src=//evil onerror=x>'"&amp;`
const MODELS = [...Array.from({ length: 29 }, (_, index) => `maker.model-${index}`), HOSTILE]
const PRICES = bookOf(
  Object.fromEntries(MODELS.map((model) => [model, { input: parsePrice(1), output: parsePrice(1) }])),
)

/** The first model is the costliest; each is called in one hour, and in the next. */
const ROWS = MODELS.flatMap((model, index) =>
  [0, 1].map((hour) =>
    row(
      model,
      { invocations: 100 + index, inputTokens: (40 - index) * 1_000_000, outputTokens: 5 },
      { start: START + hour * HOUR_MS },
    ),
  ),
)

function pageOf(rows: readonly Row[]): string {
  return renderReport(summarize(reading(rows), facts, PRICES))
}

const PAGE = pageOf(ROWS)

describeInBrowser('the page in a browser', (path) => {
  let browser: Browser
  /** Whatever a page has asked for or complained of, besides itself. */
  let noise: string[] = []

  beforeAll(async () => {
    const { chromium } = await import('playwright-core')
    browser = await chromium.launch({ executablePath: path, args: ['--no-sandbox'] })
  })
  afterAll(() => browser.close())

  async function open(html: string, options: BrowserContextOptions = {}): Promise<Page> {
    const page = await (await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options })).newPage()
    noise = []
    page.on('console', (message) => noise.push(message.text()))
    page.on('pageerror', (error) => noise.push(error.message))
    await inFolder({ 'page.html': html }, async (folder) => {
      const url = pathToFileURL(join(folder, 'page.html')).href
      page.on('request', (request) => {
        if (request.url() !== url) noise.push(request.url())
      })
      await page.goto(url)
    })
    if (options.javaScriptEnabled !== false) await page.waitForSelector('body[data-ready]')
    return page
  }

  /** The first cells of the rows that show in the first table. */
  async function names(page: Page): Promise<string[]> {
    return page.locator('table >> nth=0').locator('tbody:not(.fold) tr > :first-child').allInnerTexts()
  }

  it('asks for nothing, complains of nothing and runs nothing that stands in a name', async () => {
    const page = await open(PAGE)
    await page.getByRole('button', { name: '18 others' }).first().click()
    expect(await names(page)).toContain(HOSTILE)
    await page.getByRole('searchbox').fill('evil')
    expect(await names(page)).toEqual([HOSTILE])
    expect(noise).toEqual([])
  })

  it('refuses a script that is not its own', async () => {
    await open(PAGE.replace('</main>', '<script>document.title = "theirs"</script></main>'))
    expect(noise.join()).toContain('Content Security Policy')
  })

  it('tells the value of a bar where the pointer is, and by the arrow keys', async () => {
    const page = await open(PAGE)
    const tip = page.locator('#tip')
    const [cost, costliest] = [page.locator('figure').nth(0), page.locator('figure').nth(3)]
    await cost.locator('.at').first().hover()
    expect(await tip.innerText()).toMatch(/^2026-11-22 10:00 to 11:00\s+model-0\s+\$40\.00\s[\s\S]*Total\s+\$765\.00$/)
    await page.mouse.move(0, 0)
    expect(await tip.isVisible()).toBe(false)
    await costliest.locator('.at').first().focus()
    expect(await tip.innerText()).toMatch(/^maker\.model-0\s+Cost\s+\$80\.00$/)
    await page.keyboard.press('ArrowDown')
    expect(await tip.innerText()).toMatch(/^maker\.model-1\s+Cost\s+\$78\.00$/)
    await page.keyboard.press('End')
    expect(await tip.innerText()).toMatch(/^23 others\s+Cost/)
    await page.keyboard.press('Escape')
    expect(await tip.isVisible()).toBe(false)
  })

  it('sorts a table by the pointer and by the keyboard', async () => {
    const page = await open(PAGE)
    const heading = page.locator('table >> nth=0').getByRole('columnheader', { name: 'Model' })
    await heading.getByRole('button').click()
    expect(await heading.getAttribute('aria-sort')).toBe('ascending')
    expect((await names(page)).slice(0, 3)).toEqual([HOSTILE, 'model-0', 'model-1'])
    await page.keyboard.press('Enter')
    expect(await heading.getAttribute('aria-sort')).toBe('descending')
    expect((await names(page))[0]).toBe('model-28')
    await page.keyboard.press('Tab')
    await page.keyboard.press('Space')
    expect(await heading.getAttribute('aria-sort')).toBeNull()
    expect((await names(page))[0]).toBe('model-0')
  })

  it('is narrowed by a filter, charts and sums too', async () => {
    const page = await open(PAGE)
    await page.keyboard.press('/')
    await page.keyboard.type('MODEL-28')
    expect(await names(page)).toEqual(['model-28'])
    const foot = page.locator('tfoot >> nth=0').locator('tr')
    expect((await foot.first().innerText()).split('\t').slice(0, 2)).toEqual(['1 shown', '$24.00'])
    expect(await foot.last().innerText()).toMatch(/^Total/)
    expect(await page.locator('output').innerText()).toContain('1 of 30 · $24.00')
    expect(await page.locator('figure').nth(3).locator('.name').allTextContents()).toEqual(['model-28'])
    await page.getByRole('button', { name: 'Show all' }).click()
    expect((await names(page)).length).toBe(12)
    expect(await page.locator('output').innerText()).toBe('')
  })

  it('is narrowed by an entry of a legend, and by that of the others', async () => {
    const page = await open(PAGE)
    const legend = page.locator('figure').nth(0).locator('.legend')
    await legend.getByRole('button', { name: 'model-2', exact: true }).click()
    expect(await names(page)).toEqual(['model-2'])
    await page.keyboard.press('Enter')
    expect((await names(page)).length).toBe(12)
    await legend.getByRole('button', { name: '25 others' }).click()
    expect((await names(page))[0]).toBe('model-5')
    expect(await legend.getByRole('button').first().innerText()).toBe('model-5')
  })

  it('shows one entry of a legend alone where it tells kinds apart', async () => {
    const page = await open(PAGE)
    const tokens = page.locator('figure').nth(2)
    await tokens.getByRole('button', { name: 'output' }).click()
    await tokens.locator('.at').first().hover()
    expect(await page.locator('#tip').innerText()).toMatch(/to 11:00\s+output\s+150$/)
  })

  it('opens what a table leaves out, and closes it again', async () => {
    const page = await open(PAGE)
    const opener = page.locator('.fold >> nth=0').getByRole('button')
    expect(await opener.innerText()).toBe('18 others')
    await opener.click()
    expect((await names(page)).length).toBe(30)
    await opener.click()
    expect((await names(page)).length).toBe(12)
  })

  it('stands open on paper', async () => {
    const page = await open(PAGE)
    await page.evaluate(`addEventListener('beforeprint', () => {
      document.title = document.querySelector('tbody').rows.length + ' ' + document.querySelectorAll('details:not([open])').length
    })`)
    await page.pdf()
    expect(await page.title()).toBe('30 0')
    expect((await names(page)).length).toBe(12)
  })

  it('has no more than two thousand rows a table on paper, and says how many it leaves out', async () => {
    const page = await open(
      pageOf(Array.from({ length: 2_100 }, (_, n) => row(`maker.model-${n}`, { invocations: 1 }))),
    )
    await page.evaluate(`addEventListener('beforeprint', () => {
      document.title = document.querySelector('tbody').rows.length + ', ' + document.querySelector('.fold').innerText.trim()
    })`)
    await page.pdf()
    expect(await page.title()).toMatch(/^2000, 100 others/)
    await page.emulateMedia({ media: 'print' })
    expect(await page.locator('.fold').first().isVisible()).toBe(true)
  })

  it('is whole without its script', async () => {
    const page = await open(PAGE, { javaScriptEnabled: false })
    await page.getByText('18 others', { exact: true }).nth(1).click()
    expect((await page.locator('body').innerText()).split('\n')).toContainEqual(expect.stringMatching(/^model-28\t/))
    expect(await page.locator('.at title').first().textContent()).toContain('model-0: $40.00')
    expect(await page.getByRole('searchbox').isVisible()).toBe(false)
  })

  it('is never wider than its window', async () => {
    const page = await open(PAGE)
    for (const width of [400, 800, 1280]) {
      await page.setViewportSize({ width, height: 900 })
      expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(width)
    }
  })

  it('has room for two keys with what has changed in a window of 1,280 pixels', async () => {
    const counters = {
      invocations: 24_394,
      inputTokens: 27_635_000,
      outputTokens: 7_402_000,
      cacheReadTokens: 36_800_000,
    }
    const all = { ...counters, cacheWriteTokens: 1_840_000, images: 575, clientErrors: 300 }
    const day = 24 * HOUR_MS
    const of = (start: number, more = 0) =>
      MODELS.slice(0, 9).map((model, index) =>
        row(
          model,
          { ...all, invocations: 24_394 + more * index },
          { start, dimensions: { account: '111122223333', model, region: 'ap-southeast-2' } },
        ),
      )
    const before = reading(of(START - day, 9), { window: { start: START - day, end: START } })
    const view = summarize(
      reading(of(START)),
      { ...facts, by: ['model', 'region'], before: { reading: before, hours: 24 } },
      PRICES,
    )
    const page = await open(renderReport(view))
    const over = 'Array.from(document.querySelectorAll(".scroll"), (one) => one.scrollWidth - one.clientWidth)'
    const wide = (await page.evaluate(over)) as number[]
    expect(wide.length).toBeGreaterThan(3)
    expect(Math.max(...wide)).toBe(0)
  })

  const itToday = SHARE.has(0, 3) ? it : it.skip
  itToday('is a few screens tall with ten thousand groups', async () => {
    const many = Array.from({ length: 10_000 }, (_, index) => row(`maker.model-${index}`, { invocations: 1 }))
    const page = await open(pageOf(many))
    const [height, elements] = (await page.evaluate(
      '[document.documentElement.scrollHeight, document.querySelectorAll("*").length]',
    )) as number[]
    expect(height).toBeLessThan(5 * 900)
    expect(elements).toBeLessThan(5_000)
    await page.getByRole('searchbox').fill('model-9999')
    expect(await names(page)).toEqual(['model-9999'])
  })
})
