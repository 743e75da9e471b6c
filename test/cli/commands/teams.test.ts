import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import { fileNames } from '../../../src/cli/commands/report/run-report.ts'
import { lastHours } from '../../../src/report/window.ts'
import { generateTraffic, playTraffic } from '../../../src/sandbox/traffic.ts'
import { inFolder } from '../../support/folder.ts'
import { schemaFaults } from '../../support/report-schema.ts'
import { teamsSchemaFaults } from '../../support/teams-schema.ts'
import { onSandbox } from './on-sandbox.ts'

const { sandbox, run } = onSandbox()

const CSV = 'team,role,user,budgetUsd,shared\nsupport,Support*,,0.01,\nops,,analyst,,evenly\nnobody,Nobody*,,5,\n'
const CONFIG = JSON.stringify({ teams: { rules: [{ team: 'help', role: 'Support*' }] } })

/** A sandbox whose log has an hour of calls, and a folder with teams. */
async function withTeams(body: (folder: string, since: string) => Promise<void>): Promise<void> {
  expect((await run('setup --yes --skip alarms')).code).toBe(0)
  const { start } = lastHours(Date.now(), 1)
  const traffic = { seed: 6, start, end: Date.now() - 1000, account: sandbox().account, region: 'us-east-1' }
  playTraffic(sandbox().services, generateTraffic({ ...traffic, invocationsPerHour: 80 }))
  const month = new Date(start).toISOString().slice(0, 7)
  await inFolder(
    { 'teams.csv': CSV, 'all.csv': 'team,account\nall,*\nnone,*\n', 'bedrock-monitor.json': CONFIG },
    (folder) => body(folder, `${month}-01`),
  )
}

test('help says which source teams check reads by default', async () => {
  const { stdout } = await run('teams --help')
  expect(stdout).toMatch(
    /--source SOURCE +one that report takes \(default: the first that knows the keys of the\s+rules\)/,
  )
  expect(stdout).not.toContain('metrics (default)')
})

test('teams of a file, of the configuration, their budgets, and a file of each', () =>
  withTeams(async (cwd, since) => {
    const asked = `report --source logs --offline --since ${since}`
    const config = await run(`${asked} --by team --json`, { cwd })
    expect(schemaFaults(JSON.parse(config.stdout))).toEqual([])
    expect(
      JSON.parse(config.stdout)
        .teams.map(({ team }: { team: string }) => team)
        .sort(),
    ).toEqual(['help', 'unallocated'])

    const table = await run(`${asked} --by team --teams teams.csv`, { cwd, columns: 160 })
    expect(table.code).toBe(3)
    expect(table.stderr).toMatch(/error: support used .*, over its budget of \$0\.01/)
    expect(table.stdout).toMatch(/^Team +Cost +Shared +Charged +Budget +Used +Left +Forecast/m)
    expect(table.stdout).toMatch(/^ops .* -\$\d/m)
    expect(table.stdout).toMatch(/^Unallocated: .*\$\d.* of the cost$/m)
    expect(table.stdout).toMatch(/^Budget: support used .* of \$0\.01 in 20\d\d-\d\d: \$.* over/m)
    expect(table.stdout).toMatch(/^nobody .* \$5\.00 /m)
    const byModel = await run(`${asked} --by team,model --teams teams.csv`, { cwd, columns: 160 })
    expect(byModel.stdout).toMatch(/^Budget: nobody used .* of \$5\.00/m)
    expect((await run(`${asked} --by team --teams teams.csv --format markdown`, { cwd })).stdout).toContain(
      '| Charged |',
    )

    const { total } = JSON.parse(config.stdout)
    for (const top of ['', ' --top 1']) {
      const csv = await run(`${asked} --by team --teams teams.csv --format csv${top}`, { cwd })
      const [head = '', ...rows] = csv.stdout.trim().split('\r\n')
      const at = head.split(',').indexOf('chargedUsd')
      const charged = rows.reduce((sum, line) => sum + Math.round(Number(line.split(',')[at]) * 1e9), 0)
      expect(charged).toBe(Math.round(total.costUsd * 1e9))
    }

    const split = await run(`${asked} --split-by team --teams teams.csv -o out/statements`, { cwd })
    expect(split.code).toBe(3)
    const files = (await readdir(join(cwd, 'out/statements'))).sort()
    expect(files).toEqual(['index.html', 'nobody.html', 'ops.html', 'support.html', 'unallocated.html'])
    const index = await readFile(join(cwd, 'out/statements/index.html'), 'utf8')
    expect([...index.matchAll(/<a href="([^"]*)">/g)].map(([, file]) => file).sort()).toEqual(
      files.filter((file) => file !== 'index.html'),
    )
    const page = await readFile(join(cwd, 'out/statements/support.html'), 'utf8')
    expect(page).not.toContain('<a href')
    expect(page).toContain('<h2>Teams</h2>')
    expect(page).toContain('only team=support')
    expect(page).not.toMatch(/analyst|Nightly|>ops</)

    const sheets = `${asked} --teams teams.csv --split-by team --by model --format csv -o csv`
    expect((await run(sheets, { cwd })).code).toBe(3)
    const { teams } = JSON.parse((await run(`${asked} --by team --teams teams.csv --json`, { cwd })).stdout)
    const [head = '', ...rows] = (await readFile(join(cwd, 'csv/support.csv'), 'utf8')).trim().split('\r\n')
    expect(head).toMatch(/^model,.*,team,sharedUsd,chargedUsd,chargedShare,budgetUsd,usedUsd,leftUsd,forecastUsd$/)
    const line = teams.find(({ team }: { team: string }) => team === 'support')
    const ofTeam = `support,${line.sharedUsd},${line.chargedUsd},${line.share},0.01,`
    expect(rows.map((row) => row.includes(ofTeam))).toEqual(rows.map((_, index) => index === rows.length - 1))
    const widths = [head, ...rows].map((row) => row.split(',').length)
    expect(new Set(widths).size).toBe(1)
  }))

test('teams check: who fits what, what fits none, and rules that take nothing', () =>
  withTeams(async (cwd) => {
    const said = await run('teams check --teams teams.csv --offline', { cwd, columns: 100 })
    expect(said.code).toBe(0)
    expect(said.stdout).toMatch(
      /^teams\.csv: 3 rules, checked against the use of 20\d\d-\d\d-\d\d \d\d:\d\d to .* UTC \(logs\)$/m,
    )
    expect(said.stdout).toMatch(/^ +1 +support +role=Support\* +(at least )?\$/m)
    expect(said.stdout).toMatch(/^role=SupportChat, account=111122223333 .* support \(rule 1\)$/m)
    expect(said.stdout).toMatch(/^Unallocated$\n^Caller.*\n.*\n^role=NightlySummaries/m)
    const narrow = await run('teams check --teams teams.csv --offline', { cwd, env: { COLUMNS: '70' } })
    expect(narrow.stdout).toMatch(/^Caller +Cost +Calls +Team$/m)
    expect(narrow.stdout.split('\n').filter((line) => line.length > 70)).toEqual([])
    expect(said.stdout).toMatch(/^Rule 3 \(nobody\) takes nothing: nothing that was used fits it\.$/m)
    for (const asked of ['teams check --teams teams.csv', 'teams check --teams all.csv', 'teams --where role=none']) {
      expect(teamsSchemaFaults(JSON.parse((await run(`${asked} --offline --json`, { cwd })).stdout))).toEqual([])
    }
    const { rules, callers, unallocated, ...told } = JSON.parse((await run('teams --json', { cwd })).stdout)
    expect(told).toMatchObject({
      schemaVersion: 1,
      command: 'teams',
      ok: true,
      file: 'bedrock-monitor.json',
      source: 'logs',
    })
    expect([rules.length, callers.length, unallocated.callers]).toEqual([1, 3, 2])
  }))

test('rules by names of accounts take nothing where none is known, and it is said', () =>
  inFolder({ 'teams.csv': 'team,account\nshop,Shop*\n', 'ids.csv': 'team,account\nshop,1111*\n' }, async (cwd) => {
    const said = await run('report --by team --teams teams.csv --offline', { cwd })
    expect(said.stdout + said.stderr).toMatch(/no account's name is known here, so that rules\s+by account=Shop\*/)
    const ids = await run('report --by team --teams ids.csv --offline', { cwd })
    expect(ids.stdout + ids.stderr).not.toContain("account's name")
  }))

test.each([
  ['report --source logs --teams teams.csv', /--teams: nothing in this report is by team/],
  ['report --source logs --by team --teams none.csv', /--teams none\.csv: there is no such file/],
  ['report --source logs --by team --teams .', /--teams \.: it is a folder/],
  ['report --source logs --by team --teams bad.csv', /bad\.csv:1: there are no rules by 'rolle'/],
  ['report --source logs --by team --config none.json', /there is no such file/],
  ['report --split-by team', /needs a folder/],
  ['report --split-by day -o out', /split-by/],
  ['report --split-by team -o bad.csv', /no folder can be made there/],
  ['report --split-by team -o bad.csv/x', /no folder can be made there/],
  ['report --split-by team -o /proc/none/x', /no folder can be made there/],
  ['report --allow-unpriced', /--allow-unpriced needs/],
  ['teams check --config empty.json', /there are no teams/],
  ['teams list', /list/],
  ['teams check --focus-version 1.4', /focus-version/],
  ['teams check --notify https://example.com', /notify/],
  ['teams check --anomalies', /anomalies/],
  ['teams check --forecast', /forecast/],
])('%s is refused', (line, message) =>
  inFolder({ 'bad.csv': 'team,rolle\na,b\n', 'empty.json': '{}', 'teams.csv': CSV }, async (cwd) => {
    const { code, stdout, stderr } = await run(line, { cwd })
    expect([code, stdout]).toEqual([2, ''])
    expect(stderr).toMatch(message)
    expect(stderr).toMatch(/hint: /)
    expect(sandbox().calls).toEqual([])
  }),
)

test('every part of a report gets a file of its own, by a name that every system takes, whatever their order', () => {
  const expected = new Map([
    ['Search & Ads', 'search-ads'],
    ['search/ads', 'search-ads-2'],
    ['../../etc/passwd', 'etc-passwd'],
    ['', 'none'],
    ['index', 'index-2'],
    ['CON', 'con-'],
    ['e\u0301quipe', '\u00e9quipe'],
    ['\u00e9quipe', '\u00e9quipe-2'],
    ['\u202Eevil', 'evil'],
    ['a'.repeat(300), 'a'.repeat(60)],
    [`${'b'.repeat(59)}\u{20000}c`, `${'b'.repeat(59)}\u{20000}`],
  ])
  const names = [...expected.keys()]
  for (const order of [names, names.toReversed()]) {
    const files = fileNames(order)
    expect(new Map(names.map((name) => [name, files.get(name)]))).toEqual(expected)
  }
})
