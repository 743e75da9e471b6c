import { describe, expect, test } from '@jest/globals'
import { lastHours } from '../../../src/report/window.ts'
import { generateTraffic, playTraffic } from '../../../src/sandbox/traffic.ts'
import { schemaFaults } from '../../support/report-schema.ts'
import { onSandbox } from './on-sandbox.ts'

const { sandbox, run } = onSandbox()

/** Logging with its lake, and three hours of calls. */
async function played(): Promise<void> {
  const { account, region, services } = sandbox()
  await run('setup --yes --lake --skip dashboard,alarms')
  const { start, end } = lastHours(Date.now(), 3)
  playTraffic(services, generateTraffic({ seed: 9, start, end, account, region, invocationsPerHour: 30 }))
}

describe('Athena, from the command line', () => {
  test('tells the same as the bucket, in the same JSON', async () => {
    await played()
    const told = async (source: string) =>
      JSON.parse((await run(`report --source ${source} --by role --json --last 6h`)).stdout)
    const [athena, s3] = [await told('athena'), await told('s3')]
    expect(schemaFaults(athena)).toEqual([])
    expect(athena.source).toBe('athena')
    expect(athena.total.inputTokens).toBeGreaterThan(0)
    expect(athena.groups).toEqual(s3.groups)
  })

  test('asks a ready-made question, prints it as SQL and saves it', async () => {
    await played()
    const { code, stdout } = await run('query tokens-by-model --engine athena --json --last 6h')
    const answer = JSON.parse(stdout)
    expect([code, answer.engine, answer.logGroup]).toEqual([0, 'athena', 'bedrock_monitor.bedrock_invocations'])
    expect(answer.rows.length).toBeGreaterThan(2)
    expect(answer.scanned).toMatchObject({ queries: 1, costUsd: 0.00005 })
    const dear = await run('report --source athena --max-aws-cost 0')
    expect([dear.code, dear.stderr]).toEqual([2, expect.stringContaining('pass --max-aws-cost 0.01 or more')])
    const shown = await run('query errors-by-code --engine athena --show --lake-table theirs')
    expect(shown.stdout).toMatch(/^WITH records AS \([\s\S]*FROM "bedrock_monitor"\."theirs"[\s\S]*LIMIT 20\n$/)
    const since = await run('query errors-by-code --engine athena --show --since 2026-01-01 --until 2026-01-03')
    expect(since.stdout).toContain('ms >= 1767225600000 AND ms < ')
    expect(since.stderr).toContain('it covers the window that you gave')
    const saved = JSON.parse((await run('query --save --engine athena --json')).stdout)
    expect(saved.resources).toMatchObject([{ type: 'athena-workgroup', outcome: 'unchanged' }])
  })

  test.each([
    ['query tokens-by-model --max-aws-cost 1', 'pass --engine athena'],
    ['query --engine athena', '--engine needs the name of a query'],
    ['query tokens-by-model --engine sql', "engine is 'sql'"],
  ])('%s is wrong usage', async (line, said) => {
    const { code, stderr } = await run(line)
    expect([code, stderr]).toEqual([2, expect.stringContaining(said)])
  })

  test('says what to do where there is no table', async () => {
    const { code, stderr } = await run('report --source athena --lake-table none')
    expect([code, stderr]).toEqual([
      1,
      expect.stringContaining('bedrock-monitor setup --lake --region us-east-1 makes it'),
    ])
  })
})
