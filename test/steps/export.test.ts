import { CreateLogGroupCommand } from '@aws-sdk/client-cloudwatch-logs'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { planAll, planForEmptyAccount } from '../../src/steps/0-orchestrator.ts'
import { type Exported, exportPlan, type TemplateFormat } from '../../src/steps/export/export.ts'
import { settingsOf } from '../../src/steps/resolve-settings.ts'
import type { Settings } from '../../src/steps/settings.ts'
import { playLogged } from '../support/logged-traffic.ts'
import { deploy, type Template } from '../support/stack.ts'
import { createWorld, inWorld, type World } from '../support/world.ts'

const ALL = { only: [], skip: [] }
const KEY = 'k3y-of-the-pager'
const RICH: Partial<Settings> = {
  alarms: 'strict',
  anomaly: true,
  pageOnce: true,
  budgetUsd: 250,
  billingExport: true,
  email: 'ops@example.com,it@example.com',
  httpsEndpoint: `https://events.example.com/integration/${KEY}/enqueue`,
}

function onPaper(format: TemplateFormat, settings: Partial<Settings> = {}, regions: readonly string[] = ['us-east-1']) {
  const [region = ''] = regions
  const env = { accountId: '111122223333', region, regions, homeRegion: region, settings: settingsOf(settings) }
  return exportPlan(env, planForEmptyAccount(env, ALL).items, { format, replaceLogging: false })
}

async function exportOf({ session }: World, format: TemplateFormat, replaceLogging = false): Promise<Exported> {
  const opened = await session()
  const { items } = await planAll(opened, ALL, { replaceForeign: replaceLogging })
  return exportPlan(opened.env, items, { format, replaceLogging, cx: opened.cx })
}

const templateIn = ({ files: [file] }: Exported): Template => JSON.parse(file?.text ?? '')
const addressesIn = (text: string) =>
  [...text.matchAll(/^resource "(\w+)" "(\w+)"/gm)].map(([, type, label]) => `${type}.${label}`)

const settings = fc.record({
  alarms: fc.constantFrom('minimal', 'standard', 'strict'),
  anomaly: fc.boolean(),
  pageOnce: fc.boolean(),
  budgetUsd: fc.constantFrom(0, 99.5),
  email: fc.constantFrom('', 'a@example.com'),
  httpsEndpoint: fc.constantFrom(
    '',
    RICH.httpsEndpoint ?? '',
    `${RICH.httpsEndpoint},https://other.example.com/${KEY}`,
  ),
  metadataOnly: fc.boolean(),
  billingExport: fc.boolean(),
  keyPrefix: fc.constantFrom('', 'bedrock-logs', "it's"),
}) as fc.Arbitrary<Partial<Settings>>

describe('a template', () => {
  test('is the same for the same settings, whole in itself, and without a key in it', () =>
    fc.assert(
      fc.asyncProperty(
        settings,
        fc.constantFrom(['us-east-1'], ['eu-west-1', 'us-east-1'], ['eu-west-1']),
        async (values, regions) => {
          const [stack, again] = [
            await onPaper('cloudformation', values, regions),
            await onPaper('cloudformation', values, regions),
          ]
          expect(again).toEqual(stack)
          // The export of the bill is in a stack of its Region.
          const all = new Set([...regions, ...(values.billingExport ? ['us-east-1'] : [])])
          expect(stack.files).toHaveLength(all.size)
          for (const { text } of stack.files) {
            const { Resources } = JSON.parse(text) as Template
            for (const { DependsOn = [] } of Object.values(Resources))
              for (const name of DependsOn) expect(Resources).toHaveProperty(name)
          }
          const { files } = await onPaper('terraform', values, regions)
          const [{ text } = { text: '' }] = files
          const addresses = addressesIn(text)
          expect(new Set(addresses).size).toBe(addresses.length)
          const needed = [...text.matchAll(/depends_on = \[(.*)\]/g)].flatMap(([, list = '']) => list.split(', '))
          expect(needed.filter((need) => !addresses.includes(need))).toEqual([])
          const inStacks = stack.files.flatMap(({ text }) => Object.keys((JSON.parse(text) as Template).Resources))
          // The logging configurations are Terraform's alone.
          expect(addresses.length).toBe(inStacks.length + regions.length)
          for (const whole of [...stack.files.map((file) => file.text), text]) expect(whole).not.toContain(KEY)
        },
      ),
      { numRuns: 12 },
    ))
})

describe('a stack of the template', () => {
  let world: World
  let template: Template
  beforeAll(async () => {
    world = await createWorld({ settings: { ...RICH, email: 'ops@example.com' } })
    playLogged(world, { seed: 3, hours: 3, perHour: 40 })
    template = templateIn(await exportOf(world, 'cloudformation'))
    const secrets = Object.keys(template.Parameters ?? {})
    expect(secrets).toHaveLength(1)
    await deploy(world.cx, template, Object.fromEntries(secrets.map((name) => [name, RICH.httpsEndpoint ?? ''])))
  })
  afterAll(() => world.close())

  test('is as status wants it', async () => {
    const { report } = await world.status()
    const differing = report.resources.filter(({ action }) => action !== 'none')
    expect(differing.map(({ type, name, changes }) => ({ type, name, changes }))).toEqual([])
    expect(report.ok).toBe(true)
    const reasons = report.resources.flatMap(({ type, reason }) => (reason ? [[type, reason]] : []))
    expect(reasons.length).toBe(report.resources.length - 1)
    for (const [, reason] of reasons) expect(reason).toMatch(/^as it should be: managed by CloudFormation/)
  })

  test('is left as it is by setup and cleanup, but for the logging, which no stack has', async () => {
    world.sandbox.calls.length = 0
    expect((await world.setup()).error).toBeUndefined()
    const changing = world.sandbox.calls.filter(({ operation }) =>
      /^(Put|Create|Delete|Tag|Untag|Set|Update)/.test(operation),
    )
    expect(changing).toEqual([])
    const { report } = await world.cleanup()
    expect(report.resources.flatMap(({ type, action }) => (action === 'none' ? [] : [type]))).toEqual([
      'invocation-logging',
    ])
  })

  test('is exported again as it was', async () => {
    expect(templateIn(await exportOf(world, 'cloudformation'))).toEqual(template)
  })

  test('that differs is told, with where to change it', async () => {
    const { cx, env } = world
    const { planApply } = await import('../../src/core/plan.ts')
    const { allSteps, resourcesOf } = await import('../../src/steps/steps.ts')
    const shorter = { ...env, settings: { ...env.settings, retentionDays: 7 } }
    const groups = resourcesOf(allSteps(shorter)).filter(({ type }) => type === 'log-group')
    expect(await planApply(cx, groups)).toMatchObject([
      { action: 'blocked', hint: expect.stringContaining('change its template') },
    ])
  })
})

describe('of what stands', () => {
  test('what setup made is imported by Terraform, and given up before a stack takes it over', () =>
    inWorld({ settings: { alarms: 'minimal' }, isSetUp: true }, async (world) => {
      const { files } = await exportOf(world, 'terraform')
      const text = files[0]?.text ?? ''
      const imported = [...text.matchAll(/^ {2}to = (\S+)\n {2}id = "(.*)"/gm)].map(([, to, id]) => [to, id])
      expect(imported.map(([to]) => to)).toEqual(addressesIn(text))
      expect(imported).toContainEqual([
        'aws_bedrock_model_invocation_logging_configuration.invocation_logging_invocation_logging_us_east_1',
        'us-east-1',
      ])
      const { notes, next } = await exportOf(world, 'cloudformation')
      expect(notes).toEqual([expect.stringContaining('a stack cannot make them a second time')])
      expect(next[0]).toContain('cleanup --region us-east-1 --keep-data')
      expect(next[1]).toContain('--import-existing-resources')
    }))

  test("somebody's own is left out, and said", () =>
    inWorld({}, async (world) => {
      await world.cx.aws.logs.send(new CreateLogGroupCommand({ logGroupName: '/aws/bedrock/modelinvocations' }))
      const exported = await exportOf(world, 'cloudformation')
      expect(exported.notes).toEqual([expect.stringContaining('log-group /aws/bedrock/modelinvocations')])
      const types = Object.values(templateIn(exported).Resources).map(({ Type }) => Type)
      expect(types).not.toContain('AWS::Logs::LogGroup')
      expect(types).toContain('AWS::S3::Bucket')
    }))
})
