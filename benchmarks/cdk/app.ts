// The same resources as templates_out/ has, as a CDK app: a stack for each template, of the lowest level there is.
// BENCH_TEMPLATES names a JSON file of templates by name, so that no time goes into reading YAML.
import { readFileSync } from 'node:fs';
import { App, CfnOutput, CfnParameter, CfnResource, Stack } from 'aws-cdk-lib';

const templates: Record<string, any> = JSON.parse(readFileSync(process.env.BENCH_TEMPLATES!, 'utf8'));
const app = new App({ analyticsReporting: false });
for (const [name, body] of Object.entries(templates)) {
  const stack = new Stack(app, name, { description: body.Description });
  for (const [id, parameter] of Object.entries<any>(body.Parameters ?? {})) {
    new CfnParameter(stack, `${id}Parameter`, { type: 'String', default: String(parameter.Default ?? '') }).overrideLogicalId(id);
  }
  for (const [id, resource] of Object.entries<any>(body.Resources)) {
    new CfnResource(stack, id, { type: resource.Type, properties: resource.Properties }).overrideLogicalId(id);
  }
  for (const [id, output] of Object.entries<any>(body.Outputs ?? {})) {
    new CfnOutput(stack, `${id}Output`, { value: output.Value }).overrideLogicalId(id);
  }
}
app.synth();
