import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, test } from '@jest/globals'
import type { ListedLine } from '../../../src/report/prices/listing.ts'
import { pricesSchemaFaults } from '../../support/prices-schema.ts'
import { onSandbox } from './on-sandbox.ts'

const { run, sandbox } = onSandbox()

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bedrock-monitor-'))
})
afterAll(() => rm(folder, { recursive: true }))

async function listed(
  line: string,
  options = {},
  exitCode = 0,
): Promise<{ prices: ListedLine[]; unpriced: { model: string; region: string }[] }> {
  const { code, stdout } = await run(`prices --json ${line}`.trim(), options)
  expect(code).toBe(exitCode)
  expect(pricesSchemaFaults(JSON.parse(stdout))).toEqual([])
  return JSON.parse(stdout)
}

describe('prices', () => {
  it("shows a model's price with its source and date, AWS's list first", async () => {
    const { prices } = await listed('us.anthropic.claude-haiku-4-5-20251001-v1:0')
    expect(prices).toMatchObject([
      { region: 'us-east-1', inputPerMillion: 1.1, outputPerMillion: 5.5, cacheWrite1hPerMillion: 2.2 },
    ])
    expect(prices[0]?.source).toBe('aws-price-list')
    expect(prices[0]?.asOf).toMatch(/^\d{4}-\d{2}-\d{2}$/)
    expect(sandbox().calls.map(({ operation }) => operation)).toEqual(['GetProducts', 'GetProducts', 'GetProducts'])
  })

  it('is written to a file, in the format of its name', async () => {
    const file = join(folder, 'prices.csv')
    const { prices } = await listed('nova --offline')
    expect(await run(`prices nova --offline --output ${file}`)).toMatchObject({ code: 0, stdout: '' })
    const [head, ...rows] = (await readFile(file, 'utf8')).trimEnd().split('\r\n')
    expect(head).toBe('model,region,tier,input,output,cache-read,cache-write,cache-write-1h,image,source,as-of')
    expect(rows.map((row) => row.split(',').slice(0, 5))).toEqual(
      prices.map(({ model, region, tier, inputPerMillion, outputPerMillion }) =>
        [model, region, tier, inputPerMillion ?? '', outputPerMillion ?? ''].map(String),
      ),
    )
    const { stdout } = await run('prices nova --offline --format csv --columns output,model --sort output --top 1')
    expect(stdout).toMatch(/^output,model\r\n[\d.]+,\S+\r\n$/)
  })

  it('takes as many ids as are asked for', async () => {
    const ids = Array.from({ length: 150 }, (_, index) => `maker.model-${index}`)
    expect((await listed(`${ids.join(' ')} --offline`, {}, 3)).unpriced).toHaveLength(150)
  })

  it('has an order and an end, if asked for', async () => {
    const output = async (line: string) =>
      (await listed(`--offline ${line}`)).prices.map(({ outputPerMillion }) => outputPerMillion ?? Number.NaN)
    const [all, costliest] = [await output(''), await output('--sort output --top 3')]
    expect(costliest).toEqual(
      all
        .filter((usd) => !Number.isNaN(usd))
        .sort((a, b) => b - a)
        .slice(0, 3),
    )
    // What has no price for output, such as images, is last either way.
    const cheapest = await output('--sort output:asc')
    expect(cheapest).toHaveLength(all.length)
    expect(cheapest[0]).toBe(Math.min(...all.filter((usd) => !Number.isNaN(usd))))
    expect(cheapest.at(-1)).toBeNaN()
    const { prices } = await listed('--offline --sort name:desc --top 1')
    expect(prices[0]?.model).toMatch(/^z/)
    expect((await run('prices --sort size')).code).toBe(2)
  })

  it('has only what matches, in the columns that are named', async () => {
    const line = 'nova --offline --region us-east-1,eu-west-1 --where model=*lite*,*omni* --where region=EU-*'
    const { prices, unpriced } = await listed(line)
    expect(prices.length).toBeGreaterThan(2)
    expect(prices.every(({ model, region }) => model.includes('lite') && region === 'eu-west-1')).toBe(true)
    expect(unpriced.length).toBeGreaterThan(0)
    expect(unpriced.every(({ model, region }) => model.includes('omni') && region === 'eu-west-1')).toBe(true)
    const { stdout } = await run(`prices ${line} --columns input,model --sort input --top 1`)
    expect(stdout).toMatch(/^ *Input {2}Model\n─+\n *\$[\d.]+ {2}\S+lite\S+\n\n/)
    const none = await run('prices nova --offline --where region=eu-* --json')
    expect(JSON.parse(none.stdout)).toMatchObject({
      prices: [],
      warnings: [{ code: 'no-match', message: 'no price in us-east-1 matches --where' }],
    })
    expect(none.stderr).toContain('no price in us-east-1 matches --where')
    expect(await run('prices --offline --where input=3')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('pass one of model, region, tier, source'),
    })
    expect((await run('prices --offline --columns modal')).code).toBe(2)
  })

  it('asks nobody when offline', async () => {
    const { prices } = await listed('us.amazon.nova-pro-v1:0 --offline')
    expect(prices).toMatchObject([{ inputPerMillion: 0.8, source: expect.stringMatching(/^aws-price-list@2026/) }])
    expect(sandbox().calls).toEqual([])
  })

  it('goes on with the bundled prices where the list may not be read, and says so', async () => {
    sandbox().faults.push({ operation: 'GetProducts', kind: 'access-denied' })
    const { code, stdout, stderr } = await run('prices amazon.nova-pro-v1:0')
    expect([code, stdout]).toEqual([0, expect.stringContaining('aws-price-list@2026')])
    expect(stderr).toMatch(/pricing:GetProducts/)
  })

  it('shows who disagrees', async () => {
    const { prices } = await listed('amazon.nova-2-lite-v1:0 --offline')
    expect(prices).toMatchObject([
      {
        inputPerMillion: 0.33,
        disputes: [{ inputPerMillion: 0.3, source: 'aws-price-list@2026-08-20' }],
        warnings: [{ code: 'price-disputed' }],
      },
    ])
    const { stdout } = await run('prices amazon.nova-2-lite-v1:0 --offline')
    expect(stdout).toMatch(/nova-2-lite-v1:0 \*/)
    expect(stdout).toMatch(/\$0\.30,\s+output\s+\$2\.50\s+by\s+aws-price-list@2026-08-20/)
  })

  it('lists all that are known in a Region, by default and by a part of the id', async () => {
    const { prices, unpriced } = await listed('--offline --region eu-central-1')
    const ids = prices.map(({ model }) => model)
    expect(ids.length).toBeGreaterThan(100)
    expect(ids).toContain('eu.amazon.nova-pro-v1:0')
    expect(ids.filter((id) => /^(us|apac|us-gov)\./.test(id))).toEqual([])
    expect(unpriced).toEqual([])
    const novas = await listed('nova-micro --offline --region us-east-1,eu-central-1')
    expect(novas.prices.map(({ model, region }) => [model, region])).toEqual([
      ['amazon.nova-micro-v1:0', 'us-east-1'],
      ['us.amazon.nova-micro-v1:0', 'us-east-1'],
      ['amazon.nova-micro-v1:0', 'eu-central-1'],
      ['eu.amazon.nova-micro-v1:0', 'eu-central-1'],
    ])
  })

  it('names the Region of each where there are several', async () => {
    const { stdout } = await run('prices nova-micro --offline --region us-east-1,eu-central-1')
    const [heading, ...lines] = stdout.split('\n\n')[0]?.split('\n') ?? []
    expect(heading).toMatch(/^Model +Region +Input /)
    expect(lines.join('\n')).toMatch(/^eu\.amazon\.nova-micro-v1:0 +eu-central-1 /m)
    expect((await run('prices nova-micro --offline')).stdout).toMatch(/^Model +Input /)
  })

  it('looks at every Region with Bedrock, asked for all', async () => {
    const { prices } = await listed('amazon.nova-micro-v1:0 --offline --region all')
    const regions = new Set(prices.map(({ region }) => region))
    expect(regions.size).toBeGreaterThan(5)
    expect(regions).toContain('us-east-1')
  })

  it('answers with the id that was asked, in whatever spelling that is', async () => {
    const ids = [
      'amazon.nova-pro-v1',
      'us.amazon.nova-pro-v1:0',
      'bedrock-mantle/deepseek.v3.1',
      'eu.amazon.nova-pro-v1:0',
    ]
    const arn = 'arn:aws:bedrock:us-east-1::foundation-model/amazon.nova-pro-v1:0'
    const { prices } = await listed([...ids, arn].join(' '))
    expect(prices.map(({ model }) => model)).toEqual([...ids, arn])
  })

  it('shows the price of a tier, of each that was asked for', async () => {
    const { prices, unpriced } = await listed(
      'qwen.qwen3-32b-v1:0 amazon.nova-sonic-v1:0 --tier priority,flex,reserved',
      {},
      3,
    )
    expect(prices).toMatchObject([
      { tier: 'flex', inputPerMillion: 0.075, outputPerMillion: 0.3 },
      { tier: 'priority', inputPerMillion: 0.2625, outputPerMillion: 1.05 },
    ])
    expect(unpriced).toMatchObject([
      {
        model: 'qwen.qwen3-32b-v1:0',
        tier: 'reserved',
        reason: 'reserved capacity is billed by the hour, not by token',
      },
      { model: 'amazon.nova-sonic-v1:0', tier: 'flex' },
      { model: 'amazon.nova-sonic-v1:0', tier: 'priority' },
      { model: 'amazon.nova-sonic-v1:0', tier: 'reserved' },
    ])
    const { code, stderr } = await run('prices --tier first-class')
    expect([code, stderr]).toEqual([2, expect.stringMatching(/standard, flex, priority, reserved/)])
  })

  it('shows every tier and long prompts, and what of the list is not used, where all is asked for', async () => {
    const sonnet = 'us.anthropic.claude-sonnet-4-5-20250929-v1:0'
    const { prices, unused } = (await listed(`${sonnet} --verbose`)) as Awaited<ReturnType<typeof listed>> & {
      unused: { reason: string; rows: number; example: string }[]
    }
    expect(prices.map((line) => [line.tier, line.promptOver, line.inputPerMillion, line.outputPerMillion])).toEqual([
      ['standard', 0, 3.3, 16.5],
      ['batch', 0, 1.65, 8.25],
      ['standard', 200_000, 6.6, 24.75],
    ])
    expect(unused).toContainEqual({ reason: 'unit', rows: 1, example: 'USE1-NovaLite-input-tokens' })
    const { stdout } = await run('prices amazon.nova-pro-v1:0 --verbose', { tty: true, columns: 160 })
    expect(stdout).toMatch(/^amazon\.nova-pro-v1:0 +latency-optimized +\$1\.00 /m)
    expect(stdout).toMatch(/Lines of the AWS Price List that are not used/)
    expect(stdout.replace(/\s+/g, ' ')).toContain('1 row: the unit is not known (such as USE1-NovaLite-input-tokens)')
    expect((await run('prices amazon.nova-pro-v1:0')).stdout).not.toMatch(/Terms|not used/)
  })

  it('names the command that would find a price', async () => {
    const { stdout } = await run('prices maker.unheard-of --offline --region eu-north-1')
    const words = (text: string) => text.replace(/\s+/g, ' ')
    expect(words(stdout)).toContain('may have it: bedrock-monitor prices maker.unheard-of --region eu-north-1')
    expect(words((await run('prices anthropic.claude-3-haiku-20240307-v1:0 --offline --tier flex')).stdout)).toContain(
      'may have it: bedrock-monitor prices anthropic.claude-3-haiku-20240307-v1:0 --region us-east-1 --tier flex',
    )
    expect(words((await run('prices maker.unheard-of')).stdout)).toContain(
      'add it under `prices` in bedrock-monitor.json',
    )
    for (const line of ['--region eu-west-1', '--region us-gov-west-1 --offline']) {
      const said = words((await run(`prices meta.llama3-2-90b-instruct-v1:0 ${line}`)).stdout)
      expect(said).toContain('add it under `prices` in bedrock-monitor.json')
      expect(said).not.toContain('bedrock-monitor prices')
    }
    expect(words((await run('prices $(reboot) --offline')).stdout)).not.toContain('prices $(reboot)')
  })

  it('tells why there is no price', async () => {
    const arn = 'arn:aws:bedrock:us-east-1:111122223333:provisioned-model/abcdefghijkl'
    const { stdout } = await run(`prices nova-canvas ${arn} maker.unheard-of --offline`)
    expect(stdout).toMatch(/nova-canvas-v1:0 in us-east-1: .*by size and quality/)
    expect(stdout).toMatch(/provisioned-model\/abcdefghijkl in us-east-1: .*model unit and hour/)
    expect(stdout).toMatch(/maker\.unheard-of in us-east-1: no price known/)
  })

  it.each([
    ['maker.unheard-of', 3, 'maker.unheard-of'],
    ['nova-micro maker.unheard-of maker.other', 3, 'maker.unheard-of, maker.other'],
    ['maker.a maker.b maker.c maker.d maker.e', 3, 'maker.a, maker.b, maker.c and 2 more'],
    // A model that is known, and billed by what no log has.
    ['amazon.nova-sonic-v1:0', 3, 'amazon.nova-sonic-v1:0'],
    ['anthropic.claude-3-haiku-20240307-v1:0 --tier flex', 3, 'anthropic.claude-3-haiku-20240307-v1:0'],
    // One of its models, or of the Regions, is enough.
    ['nova', 0, ''],
    ['meta.llama3-2-90b-instruct-v1:0 --region us-east-1,eu-west-1', 0, ''],
    // A filter hides a price that is known.
    ['nova-micro --where region=eu-*', 0, ''],
  ])('ends with 3 where something that was asked for by name has no price: %s', async (line, exitCode, missing) => {
    const { code, stdout, stderr } = await run(`prices ${line} --offline --json`)
    expect(code).toBe(exitCode)
    expect(pricesSchemaFaults(JSON.parse(stdout))).toEqual([])
    const said = stderr.match(/^error: no price is known for (.*)$/m)?.[1] ?? ''
    expect(said).toBe(missing)
  })

  it('names the nearest id of one that is misspelt', async () => {
    expect((await run('prices amazon.nova-prp-v1:0 --offline')).stderr).toContain('did you mean amazon.nova-pro-v1:0?')
  })

  it("believes the user's own prices before all others", async () => {
    const config = join(folder, 'mine.json')
    await writeFile(config, '{ "prices": { "amazon.nova-pro-v1:0": { "inputPerMillion": 0.7 } } }')
    const { prices } = await listed(`amazon.nova-pro-v1:0 --config ${config}`)
    const source = `${config} + aws-price-list, cache by rule`
    expect(prices).toMatchObject([{ inputPerMillion: 0.7, outputPerMillion: 3.2, source, asOf: null }])
    await writeFile(config, '{ "prices": { "amazon.nova-pro-v1:0": { "input": 0.7 } } }')
    const { code, stderr } = await run(`prices --config ${config}`)
    expect([code, stderr]).toEqual([2, expect.stringContaining("unknown key 'input'")])
  })

  it('needs no Region', async () => {
    const { code, stdout } = await run('prices amazon.nova-pro-v1:0 --offline', {
      env: { AWS_REGION: '', AWS_DEFAULT_REGION: '' },
    })
    expect([code, stdout]).toEqual([0, expect.stringContaining('$0.8')])
  })

  it("keeps nothing of another endpoint's prices", async () => {
    const cache = join(folder, 'cache')
    await run('prices amazon.nova-pro-v1:0', { env: { XDG_CACHE_HOME: cache } })
    expect(await readdir(cache).catch(() => 'no folder')).toBe('no folder')
  })

  test('a long list in a narrow terminal leaves out where prices are from, and says how to see it', async () => {
    const { stdout } = await run('prices --offline', { tty: true, columns: 80 })
    expect(stdout).toMatch(/^Model +Input +Output +Cache read +Cache write\n/)
    expect(stdout).toContain('\nWith source and date: bedrock-monitor prices MODEL\n')
  })

  test('a terminal that is too narrow for the table gets model by model, with no number cut off', async () => {
    const { stdout } = await run('prices claude-haiku-4-5 --offline', { tty: true, columns: 60 })
    expect(stdout).toMatch(
      /us\.anthropic\.claude-haiku-4-5-20251001-v1:0\n {2}Input {7}\$1\.10\n {2}Output {6}\$5\.50\n/,
    )
    for (const line of stdout.split('\n')) expect([line, line.length <= 60]).toEqual([line, true])
  })
})
