"""A worker in a process of its own, with the settings of the environment and the tests' kind of message."""

from clinic import create_app
from clinic.notifications.registry import MessageKind, register
from clinic.notifications.worker import worker_command
from tests.notifications.mailing import KIND, Notes

if __name__ == "__main__":
    app = create_app()
    notes = Notes()
    register(app, MessageKind(KIND, notes.still_wanted, notes.render))
    with app.app_context():
        worker_command.main([], standalone_mode=True)
