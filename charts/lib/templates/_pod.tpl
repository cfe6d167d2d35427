{{- /* SPDX-License-Identifier: Apache-2.0
What every pod of Saola has: nobody's rights, nothing to write but what is mounted, no token of the cluster.
*/ -}}
{{- define "saola.pod" -}}
serviceAccountName: {{ .root.Chart.Name }}
automountServiceAccountToken: false
enableServiceLinks: false
securityContext:
  runAsNonRoot: true
  runAsUser: {{ .user | default 65532 }}
  runAsGroup: {{ .user | default 65532 }}
  fsGroup: {{ .user | default 65532 }}
  fsGroupChangePolicy: OnRootMismatch
  seccompProfile: {type: RuntimeDefault}
{{- with .root.Values.global.pullSecrets }}
imagePullSecrets:
  {{- range . }}
  - {name: {{ . }}}
  {{- end }}
{{- end }}
{{- end -}}

{{- define "saola.restricted" -}}
securityContext:
  allowPrivilegeEscalation: false
  readOnlyRootFilesystem: true
  capabilities: {drop: [ALL]}
{{- end -}}

{{- define "saola.account" -}}
apiVersion: v1
kind: ServiceAccount
{{ include "saola.metadata" (dict "root" .) }}
automountServiceAccountToken: false
{{- end -}}

{{- /* The container of a service. Input: dict "root" $ "does" serve or migrate. */ -}}
{{- define "saola.container" -}}
{{- $v := .root.Values -}}
{{- $g := $v.global -}}
{{- $name := .root.Chart.Name -}}
name: {{ .does }}
image: {{ include "saola.image" (dict "root" .root "image" (printf "%s:%s" $name ($v.tag | default .root.Chart.AppVersion))) }}
args: [{{ .does }}, {{ $name }}]
env:
  - {name: SAOLA_SECRETS, value: /run/secrets/saola}
  - {name: SAOLA_DATABASE, value: {{ printf "postgresql+asyncpg://{0}@%s/{0}" $g.postgres | quote }}}
  - {name: SAOLA_NATS, value: {{ $g.nats | quote }}}
  - {name: SAOLA_ISSUER, value: {{ required "global.issuer: say which realm signs the tokens, like https://login.example/realms/saola" $g.issuer | quote }}}
  - {name: SAOLA_OBJECTS, value: {{ $g.objects | quote }}}
  - {name: SAOLA_BUCKET, value: {{ $g.bucket | quote }}}
  - {name: SAOLA_PORTS, value: "{}"}
  - {name: SAOLA_PEERS, value: "dns:///{0}:{1}"}
  - {name: SAOLA_GRPC, value: "0.0.0.0:{1}"}
  - {name: SAOLA_HTTP, value: "0.0.0.0:8081"}
  {{- with $g.telemetry }}
  - {name: OTEL_EXPORTER_OTLP_ENDPOINT, value: {{ . | quote }}}
  {{- end }}
  {{- range $key, $value := $v.settings }}
  - {name: {{ printf "SAOLA_%s_%s" $name ($key | snakecase) | upper }}, value: {{ $value | quote }}}
  {{- end }}
volumeMounts:
  - {name: tmp, mountPath: /tmp}
  - {name: {{ .does }}, mountPath: /run/secrets/saola, readOnly: true}
resources: {{- $v.resources | toYaml | nindent 2 }}
{{ include "saola.restricted" . }}
{{- end -}}

{{- /* What keeps the container of a service in shape. Input: the root context. */ -}}
{{- define "saola.care" -}}
ports:
  - {name: grpc, containerPort: 50051}
  - {name: http, containerPort: 8081}
startupProbe: {httpGet: {path: /readyz, port: http}, periodSeconds: 1, failureThreshold: 120}
readinessProbe: {httpGet: {path: /readyz, port: http}, periodSeconds: 5}
livenessProbe: {httpGet: {path: /livez, port: http}, periodSeconds: 10, failureThreshold: 6}
lifecycle: {preStop: {sleep: {seconds: 5}}}   # callers learn of the end before it comes
{{- end -}}

{{- /* Secrets as files, under the names by which SAOLA_SECRETS knows them. Input: the root context. */ -}}
{{- define "saola.volumes" -}}
{{- $name := .Chart.Name -}}
{{- $s := .Values.secrets -}}
- {name: tmp, emptyDir: {}}
- name: serve
  projected:
    sources:
      - secret:
          name: {{ $s.serve | default (printf "%s-serve" $name) }}
          items:
            - {key: client, path: client-{{ $name }}}
            {{- if has "postgres" .Values.needs }}
            - {key: database, path: database-{{ $name }}}
            {{- end }}
            {{- if .Values.pages }}
            - {key: sessions, path: sessions-key}
            {{- end }}
            {{- range $s.own }}
            - {key: {{ . }}, path: {{ $name }}-{{ . }}}
            {{- end }}
      {{- if has "objects" .Values.needs }}
      - secret:
          name: {{ $s.objects }}
          items: [{key: access-key, path: objects-access-key}, {key: secret-key, path: objects-secret-key}]
      {{- end }}
{{- if has "postgres" .Values.needs }}
- name: migrate
  secret:
    secretName: {{ $s.migrate | default (printf "%s-migrate" $name) }}
    items: [{key: owner, path: owner-{{ $name }}}]
{{- end }}
{{- end -}}
