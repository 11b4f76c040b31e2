"""A report service that works on 1,000 rows between two looks at it."""

LEFT: dict[str, int] = {}  # job id -> rows still to do


def start_job(request):
    job = f"job-{request['report']}"
    LEFT[job] = request["rows"]
    return {"jobId": job, "state": "RUNNING"}


def describe_job(request):
    job = request["jobId"]
    if "1899" in job:
        return {"jobId": job, "state": "BROKEN", "reason": "there are no books of that year"}
    LEFT[job] -= 1000
    if LEFT[job] > 0:
        return {"jobId": job, "state": "RUNNING"}
    return {"jobId": job, "state": "DONE", "url": f"https://reports.example.com/{job}.pdf"}


def stop_job(request):
    del LEFT[request["jobId"]]
    return {"jobId": request["jobId"], "state": "STOPPED"}
