import { EXIT_CODE } from '../../../core/errors.ts'
import type { DoctorReport } from '../../../doctor/doctor.ts'
import type { Finding } from '../../../doctor/finding.ts'
import type { SettingLayer } from '../../../steps/resolve-settings.ts'
import { plain } from '../../../text/escape.ts'
import { count } from '../../../text/numbers.ts'
import { wrap, wrapCommand } from '../../../text/wrap.ts'
import type { Output } from '../../../ui/output.ts'
import { ACCOUNT_FLAGS } from '../../args/account-flags.ts'
import { OFFLINE_FLAG } from '../../args/flag.ts'
import { NOTIFY_FLAGS, type Notify, notifyOf } from '../../args/notify-flags.ts'
import { flagLayer, SETTING_FLAGS } from '../../args/setting-layers.ts'
import { printJson } from '../../session/app.ts'
import { notifying } from '../../session/notifying.ts'
import { command } from '../command.ts'

interface Options {
  settings: SettingLayer
  offline: boolean
  notify: Notify
}

export const doctorCommand = command<Options>({
  examples: [
    { says: 'fail a pipeline if something is wrong (exit 3)', run: 'bedrock-monitor doctor --json' },
    { says: 'every account of the organization, one line each', run: 'bedrock-monitor doctor --accounts org' },
    { says: 'in two Regions', run: 'bedrock-monitor doctor --region us-east-1,eu-west-1' },
  ],
  flags: [OFFLINE_FLAG, ...ACCOUNT_FLAGS, ...NOTIFY_FLAGS, ...SETTING_FLAGS],
  parse: (args) => ({ settings: flagLayer(args), offline: args.is('offline'), notify: notifyOf(args) }),
  run: notifying('doctor', async (app, { settings, offline }, tell) => {
    const { fleetFor } = await import('../../session/open-session.ts')
    const { doctor, INCOMPLETE } = await import('../../../doctor/doctor.ts')
    const fleet = await fleetFor(app, 'doctor', settings, { offline, within: true })
    if (fleet.accounts.length > 1) return (await import('./in-accounts.ts')).examineFleet(app, fleet, tell)
    const report = await doctor(fleet.sessions[0])
    app.reporter.pause()
    if (app.common.json) printJson(app, report)
    else printDoctor(app.io.stdout, report)
    tell(async () =>
      (await import('../../../doctor/finding.ts')).doctorDigest([{ id: report.accountId, found: report }]),
    )
    if (!report.ok) return EXIT_CODE.gate
    return report.findings.some(({ code }) => code === INCOMPLETE) ? EXIT_CODE.partial : 0
  }),
})

const MOST_COLUMNS = 100

/** What holds, then what does not, with why it matters and what fixes it. */
function printDoctor(out: Output, { accountId, regions, findings, passed }: DoctorReport): void {
  out.line(`Account ${accountId}, Region ${regions.join(', ')}`)
  for (const title of passed) out.line(`  ${out.paint.green('✔')} ${title}`)
  for (const finding of findings) printFinding(out, finding)
  const errors = findings.filter(({ severity }) => severity === 'error').length
  const warnings = findings.filter(({ severity }) => severity === 'warning').length
  out.line()
  out.line(
    `Doctor: ${errors === 0 ? 'nothing is wrong' : `${count(errors, 'problem')}`}${warnings > 0 ? `, ${count(warnings, 'warning')}` : ''}.`,
  )
}

function printFinding(out: Output, { severity, title, why, fix }: Finding): void {
  const { paint } = out
  const mark = severity === 'error' ? paint.red('✖') : severity === 'warning' ? paint.yellow('!') : paint.dim('i')
  // One in ASCII is wider.
  const arrow = out.unicode ? '→' : '->'
  const columns = Math.max(40, Math.min(out.width, MOST_COLUMNS)) - 4
  const [head = '', ...more] = wrap(plain(title), columns)
  out.line()
  out.line(`  ${mark} ${paint.bold(head)}`)
  for (const line of more) out.line(`    ${paint.bold(line)}`)
  for (const line of wrap(plain(why), columns)) out.line(`    ${paint.dim(line)}`)
  wrapCommand(plain(fix), out.isTty ? columns - arrow.length - 1 : Number.POSITIVE_INFINITY).forEach((line, index) => {
    out.line(`    ${index === 0 ? paint.cyan(arrow) : ' '.repeat(arrow.length)} ${line}`)
  })
}
