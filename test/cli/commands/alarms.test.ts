import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { stripVTControlCharacters } from 'node:util'
import { CloudWatchClient, DeleteAlarmsCommand, DisableAlarmActionsCommand } from '@aws-sdk/client-cloudwatch'
import { describe, expect, test } from '@jest/globals'
import { MINIMAL, STANDARD } from '../../support/counts.ts'
import { answering, onSandbox } from './on-sandbox.ts'

const { run, sandbox, writes } = onSandbox()
const MINUTE = 60_000

/** Server errors in the last minute, and an evaluation of all alarms. */
function outage(): void {
  const { cloudwatch } = sandbox().services
  const now = Math.floor(Date.now() / MINUTE) * MINUTE
  const point = { namespace: 'AWS/Bedrock', name: 'InvocationServerErrors', timestamp: now - MINUTE, value: 12 }
  cloudwatch.putMetric('us-east-1', point)
  cloudwatch.evaluateAlarms(now)
}

describe('alarms', () => {
  test('shows which alarms ring, why, and what each watches', async () => {
    await run('setup --yes --only alarms')
    outage()
    const { code, stdout } = await run('alarms')
    expect(code).toBe(0)
    const rows = stdout.split('\n').map((line) => line.split(/ {2,}/))
    const row = (name: string) => rows.find((cells) => cells[1] === name)?.slice(0, 4)
    const errors = ['ALARM', 'Bedrock-ServerErrors', 'Sum of InvocationServerErrors', '> 5 in 1 of 2 × 5 min']
    expect(row('Bedrock-ServerErrors')).toEqual(errors)
    const p99 = ['OK', 'Bedrock-HighLatencyP99', 'p99 of InvocationLatency', '> 60,000 ms in 15 min']
    expect(row('Bedrock-HighLatencyP99')).toEqual(p99)
    const throttles = ['OK', 'Bedrock-Throttles', 'Sum of InvocationThrottles', '> 0 in 3 of 5 × 1 min']
    expect(row('Bedrock-Throttles')).toEqual(throttles)
    expect(stdout).toMatch(/^Bedrock-ServerErrors: Threshold Crossed/m)
    expect(stdout).toContain(`\nAlarms: ${STANDARD} alarms, 1 in ALARM.\n`)
  })

  test('are chosen, ordered and cut as groups of a report are', async () => {
    await run('setup --yes --only alarms --region us-east-1,eu-west-1')
    outage()
    const line = 'alarms --region us-east-1,eu-west-1'
    const { alarms } = JSON.parse((await run(`${line} --json`)).stdout)
    const names = (rows: { name: string }[]) => rows.map(({ name }) => name)
    const asked = async (flags: string) => JSON.parse((await run(`${line} --json ${flags}`)).stdout).alarms
    expect(await asked('--where state=ALARM')).toMatchObject([{ name: 'Bedrock-ServerErrors', region: 'us-east-1' }])
    expect(names(await asked('--where region=eu-* --sort name:desc --top 2'))).toEqual(
      names(alarms.filter(({ region }: { region: string }) => region === 'eu-west-1'))
        .reverse()
        .slice(0, 2),
    )
    const { stdout } = await run(`${line} --where state=ALARM --columns name,state`)
    expect(stdout).toMatch(/^us-east-1\nAlarm +State\n─+\nBedrock-ServerErrors {2}ALARM\nBedrock-ServerErrors: /)
    expect(stdout).not.toContain('eu-west-1')
    expect(await run('alarms sync --where state=ALARM')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('--where goes with the list of alarms'),
    })
    expect((await run('alarms --where arn=x')).code).toBe(2)
  })

  test('are written to a file, in the format of its name', async () => {
    await run('setup --yes --only alarms')
    outage()
    const folder = await mkdtemp(join(tmpdir(), 'bedrock-monitor-'))
    const written = async (file: string, more = '') => {
      const answer = await run(`alarms --output ${join(folder, file)} ${more}`.trim())
      expect(answer).toMatchObject({ code: 0, stdout: '', stderr: expect.stringMatching(/^Wrote /m) })
      return readFile(join(folder, file), 'utf8')
    }
    try {
      const { alarms } = JSON.parse((await run('alarms --json')).stdout)
      expect(JSON.parse(await written('alarms.json')).alarms).toEqual(alarms)
      const [head, ...rows] = (await written('alarms.csv')).trimEnd().split('\r\n')
      expect(head).toBe('name,state,region,account,watches,goes-off,since')
      expect(rows).toHaveLength(alarms.length)
      expect(rows.find((row) => row.includes('ALARM'))).toMatch(
        /^Bedrock-ServerErrors,ALARM,us-east-1,111122223333,"Sum of InvocationServerErrors","> 5 in 1 of 2 × 5 min",2/,
      )
      expect(await written('one.csv', '--where state=ALARM --columns state,name')).toBe(
        'state,name\r\nALARM,Bedrock-ServerErrors\r\n',
      )
      expect(await written('alarms.txt')).toContain(`Alarms: ${STANDARD} alarms, 1 in ALARM.\n`)
    } finally {
      await rm(folder, { recursive: true })
    }
    const refused = async (line: string) => expect((await run(line)).code).toBe(2)
    await refused('alarms --output alarms.html')
    await refused(`alarms --output ${join(folder, 'gone', 'alarms.csv')}`)
    await refused('alarms sync --output alarms.csv')
  })

  test('have no columns for what no alarm has, before they are set up', async () => {
    const { stdout } = await run('alarms', { tty: true, columns: 140 })
    const [head = '', rule = '', first = ''] = stripVTControlCharacters(stdout).split('\n')
    expect(head.split(/ {2,}/)).toEqual(['State', 'Alarm'])
    expect(rule.length).toBe(
      Math.max(
        ...stripVTControlCharacters(stdout)
          .split('\n')
          .slice(0, STANDARD + 2)
          .map(({ length }) => length),
      ),
    )
    expect(first).toMatch(/^missing +Bedrock-/)
  })

  test('as JSON: state, threshold, whom it tells, and when it last changed', async () => {
    await run('setup --yes --only alarms --page-once')
    outage()
    const { stdout } = await run('alarms --json --page-once')
    const { schemaVersion, command, accountId, regions, alarms } = JSON.parse(stdout)
    expect({ schemaVersion, command, accountId, regions }).toEqual({
      schemaVersion: 1,
      command: 'alarms',
      accountId: '111122223333',
      regions: ['us-east-1'],
    })
    const named = (name: string) => alarms.find((alarm: { name: string }) => alarm.name === name)
    const time = expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/)
    expect(named('Bedrock-AnyAlarm')).toMatchObject({
      state: 'ALARM',
      since: time,
      watches: `${STANDARD} other alarms`,
      threshold: null,
      notifies: ['arn:aws:sns:us-east-1:111122223333:bedrock-usage-alerts'],
      changed: time,
    })
    expect(named('Bedrock-ServerErrors')).toMatchObject({ state: 'ALARM', threshold: 5, notifies: [] })
  })

  test('names those that the settings ask for and that do not stand', async () => {
    await run('setup --yes --only alarms --alarms minimal')
    const { stdout } = await run('alarms')
    expect(stdout).toMatch(/^missing +Bedrock-Throttles$/m)
    expect(stdout).toContain('bedrock-monitor alarms sync')
    expect(stdout).toContain(`Alarms: ${STANDARD} alarms, ${MINIMAL} without data, ${STANDARD - MINIMAL} missing.\n`)
    expect((await run('alarms --alarms minimal')).stdout).not.toContain('missing')
  })

  test('names one on spend that somebody has deleted, as status does', async () => {
    const point = { namespace: 'AWS/Bedrock', timestamp: Date.now() - 30 * MINUTE }
    for (const dimensions of [[], [{ Name: 'ModelId', Value: 'amazon.nova-pro-v1:0' }]]) {
      for (const [name, value] of Object.entries({ Invocations: 5, InputTokenCount: 1_000, OutputTokenCount: 500 })) {
        sandbox().services.cloudwatch.putMetric('us-east-1', { ...point, name, dimensions, value })
      }
    }
    await run('setup --yes --only alarms')
    expect((await run('alarms')).stdout).not.toContain('missing')
    const client = new CloudWatchClient({ endpoint: sandbox().url, region: 'us-east-1' })
    await client.send(new DeleteAlarmsCommand({ AlarmNames: ['Bedrock-HighSpend'] }))
    client.destroy()
    const { stdout } = await run('alarms')
    expect(stdout).toMatch(/^missing +Bedrock-HighSpend$/m)
    expect(stdout).toMatch(/1 missing\.\nTo create what is missing: bedrock-monitor alarms sync\n$/)
    expect((await run('status --only alarms')).stdout).toMatch(/^ +\+ 5 +alarm +Bedrock-HighSpend/m)
  })

  test('are all counted, however few are shown', async () => {
    await run('setup --yes --only alarms')
    outage()
    const { stdout } = await run('alarms --sort name --top 1')
    expect(stdout).not.toContain('Bedrock-ServerErrors')
    expect(stdout).toContain(`\nAlarms: ${STANDARD} alarms, 1 in ALARM.\n`)
    expect((await run('alarms --where name=nothing')).stdout).toBe('Alarms: none matches --where.\n')
  })

  test('in several Regions, under the name of each', async () => {
    await run('setup --yes --only alarms --alarms minimal --region us-east-1,eu-west-1')
    const { stdout } = await run('alarms --alarms minimal --region us-east-1,eu-west-1')
    expect(stdout).toMatch(new RegExp(`^us-east-1\n[^]+\neu-west-1\n[^]+\\b${2 * MINIMAL} alarms`))
  })

  test('sync asks, and brings step 5 alone up to date', async () => {
    const dialogue = answering([/Apply this/, 'y\r'])
    const { code, stdout } = await run('alarms sync --alarms minimal', { tty: true, meanwhile: dialogue })
    expect([code, stdout]).toEqual([0, `alarms: ${MINIMAL + 1} created.\n`])
    expect(writes().filter(({ service }) => !['cloudwatch', 'sns'].includes(service))).toEqual([])
    expect((await run('alarms sync --yes --high-latency-threshold 7000 --alarms minimal')).stdout).toBe(
      `alarms: ${MINIMAL} unchanged, 1 updated.\n`,
    )
  })

  test('sync --dry-run changes nothing', async () => {
    const { code, stdout } = await run('alarms sync --dry-run')
    expect([code, writes()]).toEqual([0, []])
    expect(stdout).toContain(`Plan: ${STANDARD + 1} to create.`)
  })

  test('keeps within a narrow terminal', async () => {
    await run('setup --yes --only alarms')
    const { stdout } = await run('alarms', { tty: true, columns: 60 })
    expect(stdout.split('\n').filter((line) => line.length > 60)).toEqual([])
    expect(stdout).toMatch(/no data {2}Bedrock-Throttles {10}> 0 in 3 of 5 × 1 min\n/)
  })

  test.each([100, 119, 140])('is a table within %i columns, long names and several conditions too', async (columns) => {
    await run('setup --yes --only alarms --alarms strict')
    // No state is as wide as its heading.
    sandbox().services.cloudwatch.evaluateAlarms(Date.now())
    const { stdout } = await run('alarms --alarms strict', { tty: true, columns })
    const lines = stdout.split('\n').map(stripVTControlCharacters)
    expect(lines.filter((line) => line.length > columns)).toEqual([])
    expect(lines[0]).toMatch(columns < 120 ? /^State +Alarm +Watches +Goes off$/ : / Since \(UTC\)$/)
    expect(lines[1]).toMatch(/^─+$/)
    expect(stdout).not.toContain('Nobody is notified')
  })

  test('names those of which nobody is told', async () => {
    await run('setup --yes --only alarms --alarms minimal')
    expect((await run('alarms --alarms minimal')).stdout).not.toContain('Nobody is notified')
    const { url: endpoint, region } = sandbox()
    const cloudwatch = new CloudWatchClient({ endpoint, region })
    await cloudwatch.send(new DisableAlarmActionsCommand({ AlarmNames: ['Bedrock-HighLatency'] }))
    cloudwatch.destroy()
    expect((await run('alarms --alarms minimal')).stdout).toContain('\nNobody is notified of Bedrock-HighLatency.\n')
  })

  test('refuses what is neither list nor sync', async () => {
    const { code, stderr } = await run('alarms show')
    expect(code).toBe(2)
    expect(stderr).toContain('one of list, sync')
  })
})

describe('a profile', () => {
  test('sets defaults, which --debug tells, and what is given outweighs it', async () => {
    const { stderr } = await run('alarms sync --dry-run --debug --alarms strict --error-percent-threshold 7')
    expect(stderr).toContain('debug: setting pageOnce = true (alarms strict)')
    expect(stderr).toContain('debug: setting errorPercentThreshold = 7 (--error-percent-threshold)')
    expect(stderr).toContain('debug: setting throttleThreshold = 0 (default)')
  })
})
