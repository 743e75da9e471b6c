import {
  AttachRolePolicyCommand,
  CreateRoleCommand,
  DeleteRoleCommand,
  DeleteRolePolicyCommand,
  DetachRolePolicyCommand,
  GetRoleCommand,
  GetRolePolicyCommand,
  ListAttachedRolePoliciesCommand,
  ListRolePoliciesCommand,
  ListRolesCommand,
  ListRoleTagsCommand,
  PutRolePolicyCommand,
  TagRoleCommand,
  UntagRoleCommand,
  UpdateAssumeRolePolicyCommand,
} from '@aws-sdk/client-iam'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import { type Sandbox, startSandbox } from '../../../src/sandbox/sandbox.ts'
import { clientsOf, refusal } from '../clients.ts'

const trust = JSON.stringify({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal: { Service: 'bedrock.amazonaws.com' }, Action: 'sts:AssumeRole' }],
})
const permissions = JSON.stringify({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action: 'logs:PutLogEvents', Resource: '*' }],
})

let sandbox: Sandbox
let iam: ReturnType<typeof clientsOf>['iam']
let count = 0
let RoleName: string

beforeAll(async () => {
  sandbox = await startSandbox()
  iam = clientsOf(sandbox).iam
})
afterAll(() => sandbox.close())
beforeEach(async () => {
  RoleName = `Role-${++count}`
  await iam.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument: trust, Tags: [{ Key: 'a', Value: 'b' }] }))
})

describe('roles', () => {
  test('come back with their trust policy URL-encoded, as "policies come URL-encoded from Get*"', async () => {
    const { Role } = await iam.send(new GetRoleCommand({ RoleName }))
    expect(Role?.AssumeRolePolicyDocument).toBe(encodeURIComponent(trust))
    expect(Role?.Arn).toBe(`arn:aws:iam::111122223333:role/${RoleName}`)
    expect(Role?.CreateDate).toBeInstanceOf(Date)
    expect(Role?.Tags).toEqual([{ Key: 'a', Value: 'b' }])
  })

  test('have names that are "unique ignoring case": EntityAlreadyExists 409', async () => {
    const again = new CreateRoleCommand({ RoleName: RoleName.toUpperCase(), AssumeRolePolicyDocument: trust })
    expect(await refusal(iam.send(again))).toMatchObject({ name: 'EntityAlreadyExistsException', status: 409 })
  })

  test('that are not there are NoSuchEntity 404', async () => {
    const missing = iam.send(new GetRoleCommand({ RoleName: 'nobody' }))
    expect(await refusal(missing)).toEqual({
      name: 'NoSuchEntityException',
      message: 'The role with name nobody cannot be found.',
      status: 404,
    })
  })

  test.each(['not json', '{}', permissions, '{"Version":"2012-10-17","Statement":[{"Effect":"Maybe"}]}'])(
    'are refused with the trust policy %s',
    async (document) => {
      const create = new CreateRoleCommand({ RoleName: 'Malformed', AssumeRolePolicyDocument: document })
      expect(await refusal(iam.send(create))).toMatchObject({ name: 'MalformedPolicyDocumentException', status: 400 })
    },
  )

  test('are tagged and untagged', async () => {
    await iam.send(new TagRoleCommand({ RoleName, Tags: [{ Key: 'c', Value: 'd' }] }))
    await iam.send(new UntagRoleCommand({ RoleName, TagKeys: ['a'] }))
    expect((await iam.send(new ListRoleTagsCommand({ RoleName }))).Tags).toEqual([{ Key: 'c', Value: 'd' }])
  })

  test('take a new trust policy', async () => {
    const other = trust.replace('bedrock', 'lambda')
    await iam.send(new UpdateAssumeRolePolicyCommand({ RoleName, PolicyDocument: other }))
    const { Role } = await iam.send(new GetRoleCommand({ RoleName }))
    expect(decodeURIComponent(Role?.AssumeRolePolicyDocument ?? '')).toBe(other)
  })

  test('are listed in pages', async () => {
    await iam.send(new CreateRoleCommand({ RoleName: `${RoleName}-b`, AssumeRolePolicyDocument: trust }))
    const names: (string | undefined)[] = []
    let Marker: string | undefined
    do {
      const page = await iam.send(new ListRolesCommand({ MaxItems: 1, ...(Marker && { Marker }) }))
      expect(page.Roles).toHaveLength(1)
      names.push(page.Roles?.[0]?.RoleName)
      Marker = page.Marker
    } while (Marker)
    expect(names).toEqual(expect.arrayContaining([RoleName, `${RoleName}-b`]))
    expect(new Set(names).size).toBe(names.length)
  })
})

describe('a role is deleted', () => {
  test('only after its inline policies: "DeleteConflict until inline policies are deleted"', async () => {
    await iam.send(new PutRolePolicyCommand({ RoleName, PolicyName: 'p', PolicyDocument: permissions }))
    const conflict = await refusal(iam.send(new DeleteRoleCommand({ RoleName })))
    expect(conflict).toMatchObject({ name: 'DeleteConflictException', status: 409 })
    await iam.send(new DeleteRolePolicyCommand({ RoleName, PolicyName: 'p' }))
    await iam.send(new DeleteRoleCommand({ RoleName }))
    expect(await refusal(iam.send(new GetRoleCommand({ RoleName })))).toMatchObject({ name: 'NoSuchEntityException' })
  })

  test('only after its managed policies: "and managed ones detached"', async () => {
    const PolicyArn = 'arn:aws:iam::aws:policy/ReadOnlyAccess'
    await iam.send(new AttachRolePolicyCommand({ RoleName, PolicyArn }))
    const { AttachedPolicies } = await iam.send(new ListAttachedRolePoliciesCommand({ RoleName }))
    expect(AttachedPolicies).toEqual([{ PolicyArn, PolicyName: 'ReadOnlyAccess' }])
    const conflict = await refusal(iam.send(new DeleteRoleCommand({ RoleName })))
    expect(conflict).toMatchObject({ name: 'DeleteConflictException', status: 409 })
    await iam.send(new DetachRolePolicyCommand({ RoleName, PolicyArn }))
    await iam.send(new DeleteRoleCommand({ RoleName }))
  })
})

describe('inline policies', () => {
  test('are put, listed, read and deleted', async () => {
    await iam.send(new PutRolePolicyCommand({ RoleName, PolicyName: 'p', PolicyDocument: permissions }))
    expect((await iam.send(new ListRolePoliciesCommand({ RoleName }))).PolicyNames).toEqual(['p'])
    const read = await iam.send(new GetRolePolicyCommand({ RoleName, PolicyName: 'p' }))
    expect(decodeURIComponent(read.PolicyDocument ?? '')).toBe(permissions)
    await iam.send(new DeleteRolePolicyCommand({ RoleName, PolicyName: 'p' }))
    expect((await iam.send(new ListRolePoliciesCommand({ RoleName }))).PolicyNames).toEqual([])
    const gone = iam.send(new GetRolePolicyCommand({ RoleName, PolicyName: 'p' }))
    expect(await refusal(gone)).toMatchObject({ name: 'NoSuchEntityException', status: 404 })
  })

  test('are refused when malformed', async () => {
    const put = new PutRolePolicyCommand({ RoleName, PolicyName: 'p', PolicyDocument: trust })
    expect(await refusal(iam.send(put))).toMatchObject({ name: 'MalformedPolicyDocumentException', status: 400 })
  })
})
