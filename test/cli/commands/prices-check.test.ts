import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { pricesSchemaFaults } from '../../support/prices-schema.ts'
import { onSandbox } from './on-sandbox.ts'

const { run } = onSandbox()

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bedrock-monitor-'))
  const prices = {
    'amazon.nova-*': { discountPercent: 10 },
    'us.amazon.nova-pro-v1:0': [{ inputPerMillion: 0.7 }, { from: '2999-01-01', inputPerMillion: 0.6 }],
    'amazon.nova-prp-v1:0': { discountPercent: 5 },
    'eu.amazon.nova-lite-v1:0': { region: 'eu-west-1', discountPercent: 5 },
  }
  await writeFile(join(folder, 'bedrock-monitor.json'), JSON.stringify({ prices }))
})
afterAll(() => rm(folder, { recursive: true }))

describe('prices --check', () => {
  it('tells what each price of the user’s own changes, and those that change nothing', async () => {
    const { code, stdout } = await run('prices --check --json', { cwd: folder })
    expect(code).toBe(0)
    expect(pricesSchemaFaults(JSON.parse(stdout))).toEqual([])
    expect(pricesSchemaFaults(JSON.parse((await run('prices --check --json --offline')).stdout))).toEqual([])
    const { source, changes, unmatched, unchanged } = JSON.parse(stdout)
    expect(source).toBe('bedrock-monitor.json')
    const line = (key: string, model: string) =>
      changes.filter((one: { key: string; model: string }) => one.key === key && one.model === model)
    expect(line('amazon.nova-*', 'us.amazon.nova-lite-v1:0')).toMatchObject([
      { region: 'us-east-1', changes: [{ kind: 'input', listUsd: 0.06, yoursUsd: 0.054, percent: -10 }, {}, {}] },
    ])
    expect(line('amazon.nova-*', 'us.amazon.nova-pro-v1:0')).toEqual([])
    expect(line('us.amazon.nova-pro-v1:0', 'us.amazon.nova-pro-v1:0')).toEqual([
      {
        key: 'us.amazon.nova-pro-v1:0',
        model: 'us.amazon.nova-pro-v1:0',
        region: 'us-east-1',
        changes: [{ kind: 'input', listUsd: 0.8, yoursUsd: 0.7, percent: -12.5 }],
      },
      expect.objectContaining({
        from: '2999-01-01',
        changes: [{ kind: 'input', listUsd: 0.8, yoursUsd: 0.6, percent: -25 }],
      }),
    ])
    expect(unmatched).toEqual([{ key: 'amazon.nova-prp-v1:0', nearest: 'amazon.nova-pro-v1:0' }])
    expect(unchanged).toEqual(['eu.amazon.nova-lite-v1:0'])
  })

  it('does so for people', async () => {
    const { code, stdout } = await run('prices --check --offline', { cwd: folder, columns: 160, tty: true })
    expect(code).toBe(0)
    expect(stdout).toMatch(/us\.amazon\.nova-lite-v1:0\s[^$]*amazon\.nova-\*\s[^$]*\$0\.06 → \$0\.054 \(-10.0 %\)/)
    expect(stdout).toContain('- amazon.nova-prp-v1:0: the nearest id is amazon.nova-pro-v1:0')
    expect(stdout).toMatch(/Without effect\n- eu\.amazon\.nova-lite-v1:0: /)
    expect((await run('prices --check --offline')).stdout).toMatch(/^There are no prices of your own/)
  })
})
