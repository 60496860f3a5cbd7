// Writes a synthesised CDK application (`cdk.out` or the folder given as first argument): Bedrock, SageMaker, Lambda,
// S3, IAM and a nested stack. Needs no account and no network. `bare` as second argument leaves the metadata out.
import { App, CfnParameter, CfnCondition, Fn, NestedStack, Stack, RemovalPolicy, Duration } from 'aws-cdk-lib';
import * as bedrock from 'aws-cdk-lib/aws-bedrock';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as logs from 'aws-cdk-lib/aws-logs';
import * as s3 from 'aws-cdk-lib/aws-s3';
import * as sagemaker from 'aws-cdk-lib/aws-sagemaker';

class SupportStack extends Stack {
  constructor(scope, id) {
    super(scope, id);
    const model = new CfnParameter(this, 'Model', { default: 'anthropic.claude-sonnet-4-5-20250929-v1:0' });
    const stage = new CfnParameter(this, 'Stage');
    const isProduction = new CfnCondition(this, 'IsProduction', { expression: Fn.conditionEquals(stage, 'prod') });
    const documents = new s3.Bucket(this, 'Documents', {
      blockPublicAccess: s3.BlockPublicAccess.BLOCK_ALL,
      encryption: s3.BucketEncryption.S3_MANAGED,
      enforceSSL: true,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    const tool = new lambda.Function(this, 'RefundTool', {
      runtime: lambda.Runtime.PYTHON_3_12,
      handler: 'index.handler',
      code: lambda.Code.fromInline('def handler(event, context):\n    return {}\n'),
      timeout: Duration.seconds(30),
      environment: { BUCKET: documents.bucketName, STAGE: stage.valueAsString },
      logRetention: logs.RetentionDays.ONE_MONTH,
    });
    documents.grantReadWrite(tool);
    tool.addToRolePolicy(new iam.PolicyStatement({ actions: ['bedrock:InvokeModel'], resources: ['*'] }));
    tool.addFunctionUrl({ authType: lambda.FunctionUrlAuthType.NONE });
    const guardrail = new bedrock.CfnGuardrail(this, 'Guardrail', {
      name: 'support',
      blockedInputMessaging: 'no',
      blockedOutputsMessaging: 'no',
      contentPolicyConfig: {
        filtersConfig: [{ type: 'PROMPT_ATTACK', inputStrength: 'HIGH', outputStrength: 'NONE' }],
      },
    });
    const role = new iam.Role(this, 'AgentRole', { assumedBy: new iam.ServicePrincipal('bedrock.amazonaws.com') });
    role.addToPolicy(
      new iam.PolicyStatement({
        actions: ['bedrock:InvokeModel'],
        resources: [this.formatArn({ service: 'bedrock', account: '', resource: 'foundation-model', resourceName: model.valueAsString })],
      }),
    );
    const knowledge = new bedrock.CfnKnowledgeBase(this, 'Knowledge', {
      name: 'support',
      roleArn: role.roleArn,
      knowledgeBaseConfiguration: {
        type: 'VECTOR',
        vectorKnowledgeBaseConfiguration: { embeddingModelArn: `arn:${this.partition}:bedrock:${this.region}::foundation-model/amazon.titan-embed-text-v2:0` },
      },
      storageConfiguration: { type: 'S3_VECTORS', s3VectorsConfiguration: { indexName: 'support', vectorBucketArn: documents.bucketArn } },
    });
    new bedrock.CfnDataSource(this, 'Source', {
      name: 'documents',
      knowledgeBaseId: knowledge.attrKnowledgeBaseId,
      dataSourceConfiguration: { type: 'S3', s3Configuration: { bucketArn: documents.bucketArn } },
    });
    const agent = new bedrock.CfnAgent(this, 'Agent', {
      agentName: 'support',
      foundationModel: model.valueAsString,
      instruction: 'You answer questions of customers about their orders and refunds, politely.',
      agentResourceRoleArn: role.roleArn,
      guardrailConfiguration: { guardrailIdentifier: guardrail.attrGuardrailId, guardrailVersion: 'DRAFT' },
      knowledgeBases: [{ knowledgeBaseId: knowledge.attrKnowledgeBaseId, description: 'documents' }],
      actionGroups: [{ actionGroupName: 'refunds', actionGroupExecutor: { lambda: tool.functionArn } }],
    });
    const alias = new bedrock.CfnAgentAlias(this, 'Alias', { agentId: agent.attrAgentId, agentAliasName: 'live' });
    alias.cfnOptions.condition = isProduction;
    new TrainingStack(this, 'Training', documents);
  }
}

class TrainingStack extends NestedStack {
  constructor(scope, id, bucket) {
    super(scope, id);
    const role = new iam.Role(this, 'Role', { assumedBy: new iam.ServicePrincipal('sagemaker.amazonaws.com') });
    bucket.grantRead(role);
    new sagemaker.CfnNotebookInstance(this, 'Notebook', {
      instanceType: 'ml.t3.medium',
      roleArn: role.roleArn,
      directInternetAccess: 'Enabled',
      rootAccess: 'Enabled',
    });
    const model = new sagemaker.CfnModel(this, 'Model', {
      executionRoleArn: role.roleArn,
      enableNetworkIsolation: false,
      primaryContainer: { image: `${this.account}.dkr.ecr.${this.region}.amazonaws.com/model:latest`, modelDataUrl: bucket.s3UrlForObject('model.tar.gz') },
    });
    new sagemaker.CfnEndpointConfig(this, 'EndpointConfig', {
      productionVariants: [{ modelName: model.attrModelName, variantName: 'all', initialVariantWeight: 1, initialInstanceCount: 1, instanceType: 'ml.m5.large' }],
    });
  }
}

// The CDK command line sets these two; without it they have to be asked for.
const context = { 'aws:cdk:enable-path-metadata': true, 'aws:cdk:enable-asset-metadata': true };
const app = new App({ outdir: process.argv[2] ?? 'cdk.out', context: process.argv[3] === 'bare' ? {} : context });
new SupportStack(app, 'Support');
app.synth();
