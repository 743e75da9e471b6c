import { describe, expect, test } from '@jest/globals'
import { changeReportFaults } from '../../../support/change-report-schema.ts'
import { runLine } from '../../run.ts'

/** Whoever asks AWS from here gets no answer. */
const env = {
  AWS_ENDPOINT_URL: 'http://127.0.0.1:9',
  AWS_CONFIG_FILE: '/dev/null',
  AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
}
const KEY = 'arn:aws:kms:eu-west-1:999999999999:key/0'
const run = (line: string) => runLine(line.split(' '), { env })

describe('setup --dry-run --account-id', () => {
  test('shows the plan without an account: everything is to be created', async () => {
    const { code, stdout, stderr } = await run('setup --dry-run --account-id 999999999999 --region eu-west-1')
    expect(code).toBe(0)
    expect(stdout).toContain('Account 999999999999, Region eu-west-1')
    expect(stdout).toContain('bedrock-logs-999999999999')
    expect(stdout).toMatch(/Plan: \d+ to create\./)
    expect(stderr).toMatch(/warning: AWS was not asked.*\n(.*\n)*Dry run: nothing was changed\.\n/)
  })

  test('prints the same for a program', async () => {
    const { code, stdout } = await run('setup --dry-run --account-id 999999999999 --region all --json')
    const report = JSON.parse(stdout)
    expect(code).toBe(0)
    expect(changeReportFaults(report)).toEqual([])
    expect(report.regions.length).toBeGreaterThan(20)
    expect(report.warnings).toEqual([expect.objectContaining({ code: 'aws-not-asked' })])
  })

  test('goes by settings and steps', async () => {
    const { stdout } = await run('setup -n --account-id 999999999999 --region eu-west-1 --only iam --role-name Other')
    expect(stdout).toMatch(/iam-role\s+Other [^\n]+\n(?!.*dashboard)/s)
  })

  test.each([
    ['setup --account-id 999999999999', '--account-id needs --dry-run'],
    ['setup -n --account-id 999999999999 --suggest', '--account-id and --suggest contradict each other'],
    ['setup -n --account-id *', "--account-id is '*': not 12 digits"],
    ['setup -n --account-id 999999999999 --region cn-north-1', 'Amazon Bedrock is not offered in Region cn-north-1'],
    ['setup -n --account-id 999999999999 --region eu-west-1 --retention-days 2', '--retention-days'],
    [`setup -n --account-id 999999999999 --region us-east-1 --bucket-kms-key ${KEY}`, 'is a key in eu-west-1'],
    [`setup -n --account-id 999999999999 --region us-east-1 --log-group-kms-key ${KEY}`, 'is a key in eu-west-1'],
    [`setup -n --account-id 999999999999 --region eu-west-1,us-east-1 --topic-kms-key ${KEY}`, 'is a key in eu-west-1'],
  ])('%s is wrong usage', async (line, message) => {
    const { code, stdout, stderr } = await run(line)
    expect([code, stdout]).toEqual([2, ''])
    expect(stderr).toContain(message)
  })
})
