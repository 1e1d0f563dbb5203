"""Long work of payouts: what the worker does when it is asked."""

from flask import current_app

from fundapp.core.task_work import Progress
from fundapp.core.tasks import Made, Task, task
from fundapp.payouts import statement_task


@task(statement_task.TASK, may=statement_task.may)
def take_in_statement(row: Task, progress: Progress) -> Made:
    """Take a large file of the bank in."""
    return statement_task.take_in(row, progress, current_app.config["SETTINGS"])
