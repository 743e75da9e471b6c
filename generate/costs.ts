import { AWS_CHARGES, AWS_CHARGES_AS_OF, FREE } from '../src/report/calls.ts'
import { USUAL_MOST } from '../src/report/sources/bill/budget.ts'
import { ALARM_PROFILES } from '../src/steps/settings.ts'
import { grouped, price } from '../src/text/numbers.ts'
import { playLogged } from '../test/support/logged-traffic.ts'
import { inWorld, type World } from '../test/support/world.ts'
import { code, table } from './marked.ts'

/** What a month of a plan costs. */
interface Month {
  unused: string
  used: string
}

export const freeOfCharge = (): string =>
  `List prices of us-east-1 as of ${AWS_CHARGES_AS_OF}. An account has ${FREE.alarmMetrics} alarm metrics and ${FREE.dashboards} dashboards for free; the figures below
ignore that, since it may be used up.`

/** What AWS charges for what stands. */
export function standingTable(): string {
  const {
    dashboard,
    alarmMetric,
    compositeAlarm,
    logsTakenIn,
    logsKept,
    objectsKept,
    logsScanned,
    emails,
    athenaScanned,
  } = AWS_CHARGES
  return table(
    ['what', 'price'],
    [
      ['dashboard', `${price(dashboard)} a month`],
      ['alarm', `${price(alarmMetric)} a month for each metric it watches`],
      ['composite alarm (`--page-once`)', `${price(compositeAlarm)} a month`],
      ['budget without actions (`--budget-usd`)', 'nothing'],
      ['log group', `${price(logsTakenIn)} for a GB ingested, ${price(logsKept)} for a GB stored a month`],
      ['table of Athena (`--lake`)', `nothing; ${price(athenaScanned)} for a TB scanned, at least 10 MB a query`],
      ['bucket', `${price(objectsKept)} for a GB stored a month`],
      ['log widgets of the dashboard, `query`, `report --source logs`', `${price(logsScanned)} for a GB scanned`],
      ['e-mails', `${price(emails)} for 100,000 after the first ${grouped(FREE.emailsAMonth)} a month`],
    ],
  )
}

/** What AWS charges for what the commands ask. */
export function askedTable(): string {
  const { metricsRequested, costExplorer, publishes } = AWS_CHARGES
  return table(
    ['command', 'what AWS charges'],
    [
      ['`report`', `${price(metricsRequested)} for 1,000 metrics requested; the number is in \`--json\``],
      ['`report --source logs`, `query`', 'the data that Logs Insights scanned; shown with the result'],
      ['`report --source s3`', 'requests to the bucket, and transfer when run outside its Region'],
      [
        '`report --source bill`',
        `${price(costExplorer)} for each request to Cost Explorer, mostly three; never more than \`--max-aws-cost\` (${price(USUAL_MOST)} by default)`,
      ],
      [
        '`report --source athena`, `query --engine athena`',
        'the data that Athena scanned; never more than `--max-aws-cost` ($0.10 by default)',
      ],
      [
        '`exporter`',
        'metrics requested, about $1 a month for each model in use; it says at its start what a day costs',
      ],
      ['`--notify sns:ARN`', `${price(publishes)} for a million messages, and what their delivery costs`],
      ['`mcp`', 'as its commands; each answer says how much, and it stops at `--max-aws-cost`'],
      ['`watch`', 'metrics of the minutes that are new; the second line shows the cost an hour'],
      [
        '`prices`, `status`, `doctor`, `alarms`',
        'next to nothing: they read resources and a few metrics of each model in use',
      ],
    ],
  )
}

/** What a month of each profile costs in an empty account, and after a day of traffic of six models. */
export async function plansTable(): Promise<{ table: string; standard: Month }> {
  const months = await inWorld({}, async (world) => {
    const unused = await monthsOf(world)
    playLogged(world, { seed: 1, hours: 24, perHour: 60 })
    const used = await monthsOf(world)
    return ALARM_PROFILES.map((profile, index) => ({
      profile,
      unused: unused[index] ?? '',
      used: used[index] ?? '',
    }))
  })
  const standard = months.find(({ profile }) => profile === 'standard')
  if (!standard) throw new Error('there is no profile standard')
  const rows = months.map(({ profile, unused, used }) => [code(`--alarms ${profile}`), unused, used])
  return { table: table(['plan', 'no model in use yet', 'six models in use'], rows), standard }
}

async function monthsOf(world: World): Promise<string[]> {
  const months: string[] = []
  for (const alarms of ALARM_PROFILES) {
    const { report } = await world.setup({ dryRun: true }, undefined, { alarms })
    months.push(price(report.monthlyCost?.usd ?? null))
  }
  return months
}

/** `picture` is that of a report on a terminal, which says what it cost to ask. */
export function readmeCosts({ unused, used }: Month, picture: string): string {
  const [, asked] = /this report cost at most (\$[\d.]+)/.exec(picture) ?? []
  if (asked === undefined) throw new Error('the picture does not say what its report cost')
  return `The program is free. AWS charges ${price(AWS_CHARGES.metricsRequested)} for 1,000 metrics requested; the report in the picture cost at most
${asked}. \`setup\` shows what its plan costs a month at list prices: ${unused} while no model is in use, ${used} with
the six models of the picture. [More](docs/costs.md).`
}
