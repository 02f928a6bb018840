from hunts.actions.paths import Analysis, analyse, latest


class Ec2:
    """As much of EC2 as the analyses need: one that runs for a while, then has found its way."""

    def __init__(self):
        self.analyses = {}
        self.looks = 0

    def start_network_insights_analysis(self, NetworkInsightsPathId):  # noqa: N803  # AWS's name
        identity = f"nia-{len(self.analyses)}"
        self.analyses[identity] = {
            "NetworkInsightsAnalysisId": identity,
            "NetworkInsightsPathId": NetworkInsightsPathId,
            "Status": "running",
        }
        return {"NetworkInsightsAnalysis": self.analyses[identity]}

    def delete_network_insights_analysis(self, NetworkInsightsAnalysisId):  # noqa: N803
        del self.analyses[NetworkInsightsAnalysisId]

    def get_paginator(self, operation):
        assert operation == "describe_network_insights_analyses"
        return self

    def paginate(self, **arguments):
        self.looks += 1
        if self.looks > 1:
            for analysis in self.analyses.values():
                analysis.update(
                    Status="succeeded",
                    NetworkPathFound=True,
                    ForwardPathComponents=[{"SequenceNumber": 1, "Component": {"Id": "i-1"}}],
                )
        wanted = arguments.get("NetworkInsightsPathId")
        yield {
            "NetworkInsightsAnalyses": [
                a for a in self.analyses.values() if wanted in (None, a["NetworkInsightsPathId"])
            ]
        }


def test_an_analysis_is_waited_for_read_and_deleted_so_that_its_path_can_go():
    ec2, said = Ec2(), []

    found = analyse(lambda _service: ec2, {"work": "nip-1"}, said.append, sleep=lambda _seconds: None)

    assert found == [Analysis("work", "nip-1", "succeeded", True, ["i-1"], [], [])]
    assert said == ["analysing work"]
    assert ec2.analyses == {}


def test_a_path_without_an_analysis_says_so():
    assert latest(lambda _service: Ec2(), {"work": "nip-1"}) == [Analysis("work", "nip-1", "never analysed")]
