import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from '@jest/globals'
import { ALARM_PROFILES } from '../../src/steps/alarms/alarm-profiles.ts'
import { playLogged } from '../support/logged-traffic.ts'
import { inWorld, type World } from '../support/world.ts'
import { expectMarked, page, ROOT, table } from './pages.ts'

/** What a month of the plan costs, with and without models in use, by profile of alarms. */
const months: { profile: string; unused: string; used: string }[] = []

beforeAll(() =>
  inWorld({}, async (world) => {
    const unused = await monthsOf(world)
    playLogged(world, { seed: 1, hours: 24, perHour: 60 })
    const used = await monthsOf(world)
    for (const [index, profile] of ALARM_PROFILES.entries()) {
      months.push({ profile, unused: unused[index] ?? '', used: used[index] ?? '' })
    }
  }),
)

async function monthsOf(world: World): Promise<string[]> {
  const months: string[] = []
  for (const alarms of ALARM_PROFILES) {
    const { report } = await world.setup({ dryRun: true }, undefined, { alarms })
    months.push(`$${report.monthlyCost?.usd.toFixed(2)}`)
  }
  return months
}

describe('what the pages say of costs', () => {
  test('docs/costs.md has what a month of each profile costs', () => {
    const rows = months.map(({ profile, unused, used }) => [`\`--alarms ${profile}\``, unused, used])
    expectMarked('docs/costs.md', 'plans', table(['plan', 'no model in use yet', 'six models in use'], rows))
  })

  test('the README has what the default costs', () => {
    const standard = months.find(({ profile }) => profile === 'standard')
    const { text } = page('README.md')
    expect(text).toContain(`${standard?.unused}\nwhile no model is in use, ${standard?.used} with the six models`)
  })

  test('the README has what the report in its picture asked for', () => {
    const [, asked] = /(\d+) metrics requested/.exec(readFileSync(join(ROOT, 'docs/terminal.svg'), 'utf8')) ?? []
    expect(page('README.md').text).toContain(`the report in the picture asked for ${asked},`)
  })
})
