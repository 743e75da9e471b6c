import { withReferences } from '../export/cloudformation.ts'
import { block, Expression, quoted } from '../export/hcl.ts'
import { inAwscc, REQUIRED } from '../export/terraform.ts'
import { READER_ROLE } from '../listed-accounts.ts'
import { type PolicyScope, permissionsPolicy } from './permissions.ts'

export type ReaderFormat = 'json' | 'cloudformation' | 'terraform'

export interface ReaderOptions extends PolicyScope {
  trust: string
  externalId: string | undefined
  /** The organization that whoever assumes it has to be of. */
  organizationId: string | undefined
}

const ACCOUNT = `\${AWS::AccountId}`
const STACK_SET = 'bedrock-monitor-reader'

/** The role that reading commands use, as IAM takes it or as a template that is good in every account. */
export function readerRole(options: ReaderOptions, format: ReaderFormat): string {
  const properties = {
    RoleName: READER_ROLE,
    Description: 'Lets bedrock-monitor read use and state of Amazon Bedrock, and change nothing.',
    AssumeRolePolicyDocument: trustPolicy(options),
  }
  const policyIn = (accountId: string) => ({
    PolicyName: READER_ROLE,
    PolicyDocument: permissionsPolicy({ ...options, accountId, isMember: true }, 'reader'),
  })
  if (format === 'json') return json({ ...properties, Policies: [policyIn(options.accountId)] })
  const general = { ...properties, Policies: [policyIn(ACCOUNT)] }
  const ofAccount = (refer: (text: string) => unknown) =>
    withReferences(general, (leaf) =>
      typeof leaf === 'string' && leaf.includes(ACCOUNT) ? refer(leaf) : leaf,
    ) as object
  if (format === 'cloudformation') {
    return json({
      AWSTemplateFormatVersion: '2010-09-09',
      Description: `The role ${READER_ROLE}, which may read what Amazon Bedrock is used for in this account`,
      Resources: { [READER_ROLE]: { Type: 'AWS::IAM::Role', Properties: ofAccount((text) => ({ 'Fn::Sub': text })) } },
    })
  }
  const account = `\${data.aws_caller_identity.current.account_id}`
  const body = ofAccount(
    (text) => new Expression(text.split(ACCOUNT).map(quoted).join(account).replaceAll(`"${account}"`, account)),
  )
  const role = block('resource "awscc_iam_role" "bedrock_monitor_reader"', inAwscc(body as Record<string, unknown>))
  return [REQUIRED, block('data "aws_caller_identity" "current"', {}), role].join('\n')
}

const json = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`

function trustPolicy({ trust, externalId, organizationId }: ReaderOptions) {
  const conditions = {
    ...(externalId !== undefined && { 'sts:ExternalId': externalId }),
    ...(organizationId !== undefined && { 'aws:PrincipalOrgID': organizationId }),
  }
  return {
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Principal: { AWS: trust },
        Action: 'sts:AssumeRole',
        ...(Object.keys(conditions).length > 0 && { Condition: { StringEquals: conditions } }),
      },
    ],
  }
}

/** How the role comes into the accounts of an organization: what for, and the command. */
export const ROLL_OUT: Readonly<Record<ReaderFormat, readonly string[]>> = {
  json: [],
  cloudformation: [
    `for every account, from the management account: aws cloudformation create-stack-set --stack-set-name ${STACK_SET} --template-body file://reader.json --capabilities CAPABILITY_NAMED_IAM --permission-model SERVICE_MANAGED --auto-deployment Enabled=true,RetainStacksOnAccountRemoval=false`,
    `in one Region, since roles are global; r-xxxx is the root of the organization: aws cloudformation create-stack-instances --stack-set-name ${STACK_SET} --deployment-targets OrganizationalUnitIds=r-xxxx --regions us-east-1`,
    `for the management account, which a StackSet leaves out: aws cloudformation deploy --stack-name ${STACK_SET} --template-file reader.json --capabilities CAPABILITY_NAMED_IAM`,
    'then: bedrock-monitor report --accounts org --by account',
  ],
  terraform: ['in each account: terraform init && terraform plan'],
}
