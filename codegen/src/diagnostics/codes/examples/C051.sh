# Each `Fn::Sub` doubles the text that is in it.
title=xxxxxxxx
for _ in $(seq 40); do
  title="{'Fn::Sub': ['\${a}\${a}', {a: $title}]}"
done
cat > openapi.yaml <<END
openapi: 3.0.1
info: {title: $title, version: "1"}
paths: {}
END
cogen generate openapi.yaml
