/** Forms of an identity as records have them, and what they are told as. */
export const CALLERS = [
  of('an IAM user', 'arn:aws:iam::111122223333:user/alice', '', 'alice'),
  of('an IAM user with a path', 'arn:aws:iam::111122223333:user/division/abc/bob', '', 'bob'),
  of('a Bedrock API key', 'arn:aws:iam::111122223333:user/BedrockAPIKey-ab12', '', 'BedrockAPIKey-ab12'),
  of('a role in EC2', 'arn:aws:sts::111122223333:assumed-role/Web/i-0123456789abcdef0', 'Web', ''),
  of('a function of Lambda', 'arn:aws:sts::111122223333:assumed-role/summaries-role/summaries', 'summaries-role', ''),
  of(
    'an agent of AgentCore',
    'arn:aws:sts::111122223333:assumed-role/Agent/BedrockAgentCore-6f1e7e0c-1b1f-4a55-9d3b-0c4f7a1d2e3f',
    'Agent',
    '',
  ),
  of(
    'another session of it',
    'arn:aws:sts::111122223333:assumed-role/Agent/BedrockAgentCore-0a0a0a0a-1b1f-4a55-9d3b-0c4f7a1d2e3f',
    'Agent',
    '',
  ),
  of(
    'a person with a permission set',
    'arn:aws:sts::111122223333:assumed-role/AWSReservedSSO_Data_Science_0123456789abcdef/carol@acme.com',
    'AWSReservedSSO_Data_Science',
    'carol@acme.com',
  ),
  of(
    'the same permission set in another account',
    'arn:aws:sts::111122223333:assumed-role/AWSReservedSSO_Data_Science_fedcba9876543210/dave',
    'AWSReservedSSO_Data_Science',
    'dave',
  ),
  of('a person by SAML', 'arn:aws:sts::111122223333:assumed-role/Admins/erin@acme.com', 'Admins', 'erin@acme.com'),
  of('a federated user', 'arn:aws-us-gov:sts::111122223333:federated-user/frank', '', 'frank'),
  of('root', 'arn:aws:iam::111122223333:root', '', 'root'),
  of('root by AssumeRoot', 'arn:aws:sts::111122223333:assumed-root/session', '', 'root'),
  of('a role as IAM has it', 'arn:aws-cn:iam::111122223333:role/service-role/Batch', 'Batch', ''),
  of('what is no ARN', 'AIDACKCEVSQ6C2EXAMPLE', '', 'AIDACKCEVSQ6C2EXAMPLE'),
  of('an ARN of another kind', 'arn:aws:s3:::bucket', '', ''),
] as const

function of(what: string, arn: string, role: string, user: string) {
  return { what, arn, role, user }
}
